using Moodstream.Contracts;
using Moodstream.Ingestor.Settlement;

namespace Moodstream.Ingestor.Tests.Support;

/// <summary>Values of which a test says only what matters to it.</summary>
internal static class Some
{
    public static SettlementState State { get; } = new()
    {
        Cursor = default,
        RememberFrom = default,
        Settled = [],
        Unsettled = 0,
        SettledCount = 0,
        RejectedCount = 0,
        RepublishedCount = 0,
        LostCount = 0,
        Dropped = default,
    };

    public static Post Post(string id, string text = "a post", IReadOnlyList<string>? topics = null) => new()
    {
        Id = id,
        Source = "file",
        Text = text,
        CreatedAt = DateTimeOffset.UnixEpoch,
        ReceivedAt = DateTimeOffset.UnixEpoch,
        Topics = topics,
    };
}
