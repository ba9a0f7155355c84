using System.Text.Json;
using Moodstream.Contracts;

namespace Moodstream.Dashboard.Tests;

/// <summary>Messages of which a test states only what matters to it.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static ScoredPost Scored(
        string id,
        string text = "a post",
        SentimentLabel label = SentimentLabel.Positive,
        string source = "sample",
        string? author = null,
        string? url = null,
        IReadOnlyList<string>? topics = null,
        DateTimeOffset? at = null,
        int modelVersion = 1) => new()
        {
            Post = new Post
            {
                Id = id,
                Source = source,
                Text = text,
                Author = author,
                Url = url,
                Topics = topics,
                CreatedAt = at ?? Time,
                ReceivedAt = at ?? Time,
            },
            Sentiment = label switch
            {
                SentimentLabel.Negative => new Sentiment(label, 0.9f, 0.08f, 0.02f),
                SentimentLabel.Neutral => new Sentiment(label, 0.1f, 0.8f, 0.1f),
                _ => new Sentiment(label, 0.03f, 0.07f, 0.9f),
            },
            Model = new ModelVersion("tweet-sentiment", modelVersion),
            Tokens = 7,
            Truncated = false,
            ScoredAt = at ?? Time,
        };

    public static RejectedPost Rejected(string id, RejectReason reason = RejectReason.Refused) => new()
    {
        Id = id,
        Reason = reason,
        Detail = "refused alone",
        RejectedAt = Time,
    };

    public static PostDeleted Deleted(string id, string source = "sample") => new(id, source, Time);

    public static IngestStatus Status(
        string source = "sample",
        long published = 0,
        int inFlight = 0,
        bool finished = false,
        long lost = 0,
        DateTimeOffset? at = null) => new()
        {
            Source = source,
            Published = published,
            Settled = published - inFlight,
            Rejected = 0,
            Republished = 0,
            Duplicates = 0,
            Unreadable = 0,
            Lost = lost,
            InFlight = inFlight,
            OldestSeconds = inFlight > 0 ? 1.5 : 0,
            Finished = finished,
            At = at ?? Time,
        };

    public static MoodWindows Windows(string topic, long posts = 4, double mean = 0.25, DateTimeOffset? at = null) => new()
    {
        Topic = topic,
        Total = posts,
        Windows =
        [
            new WindowMood(TimeSpan.FromMinutes(1), 0, 0, 0, 0, 0),
            new WindowMood(TimeSpan.FromHours(24), posts, 0, 0, posts, mean),
        ],
        At = at ?? Time,
    };

    public static MoodShift Shift(string topic, double from = -0.5, double to = 0.5, DateTimeOffset? at = null) => new()
    {
        Topic = topic,
        From = from,
        To = to,
        Window = TimeSpan.FromMinutes(5),
        Posts = 120,
        Significance = 3e-6,
        At = at ?? Time,
    };

    public static byte[] Json(object message) => message switch
    {
        ScoredPost scored => JsonSerializer.SerializeToUtf8Bytes(scored, ContractsJson.Wire.ScoredPost),
        RejectedPost rejected => JsonSerializer.SerializeToUtf8Bytes(rejected, ContractsJson.Wire.RejectedPost),
        PostDeleted deleted => JsonSerializer.SerializeToUtf8Bytes(deleted, ContractsJson.Wire.PostDeleted),
        MoodWindows windows => JsonSerializer.SerializeToUtf8Bytes(windows, ContractsJson.Wire.MoodWindows),
        MoodShift shift => JsonSerializer.SerializeToUtf8Bytes(shift, ContractsJson.Wire.MoodShift),
        IngestStatus status => JsonSerializer.SerializeToUtf8Bytes(status, ContractsJson.Wire.IngestStatus),
        _ => throw new ArgumentException($"no message: {message.GetType()}", nameof(message)),
    };
}
