namespace Moodstream.Contracts.Tests;

/// <summary>The messages that the golden files in tests/data/contracts hold, by file name.</summary>
internal static class Messages
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    private static readonly Post WholePost = new()
    {
        Id = "bluesky:did:plc:q7mossfern/3kabc@2",
        Source = "bluesky",
        Text = "Tea & <b>toast</b> at \"Orsolo\", it's 5 + 5 = 10/10 ☕️🥹 ¿no? 好喝",
        CreatedAt = Noon.AddMilliseconds(250),
        ReceivedAt = Noon.AddSeconds(1),
        Author = "mossfern.example",
        Lang = "en-GB",
        Url = "https://bluesky.example/mossfern/3kabc?a=1&b=2",
        Topics = ["coffee", "c++"],
    };

    public static IReadOnlyDictionary<string, object> ByFile { get; } = new Dictionary<string, object>
    {
        ["post"] = WholePost,
        ["post-least"] = new Post
        {
            Id = "1789",
            Source = "file",
            Text = "",
            CreatedAt = Noon,
            ReceivedAt = Noon,
        },
        ["scored-post"] = new ScoredPost
        {
            Post = WholePost,
            Sentiment = new Sentiment(SentimentLabel.Positive, Negative: 0.0625f, Neutral: 0.1875f, Positive: 0.75f),
            Model = new ModelVersion("tweet-sentiment", 1),
            Tokens = 23,
            Truncated = false,
            ScoredAt = Noon.AddSeconds(2),
        },
        ["rejected-post"] = new RejectedPost
        {
            Id = WholePost.Id,
            Post = WholePost,
            Reason = RejectReason.Unscorable,
            Detail = "published 5 times while later posts settled, and never answered",
            RejectedAt = Noon.AddSeconds(90),
        },
        ["rejected-post-raw"] = new RejectedPost
        {
            Id = "sample:7f3a:0:12",
            Raw = [0x7b, 0x22, 0xff, 0xfe, 0xfb],
            Reason = RejectReason.Malformed,
            Detail = "expected a Post, got '0xFF' at byte 2",
            RejectedAt = Noon.AddTicks(1),
        },
        ["post-deleted"] = new PostDeleted("x:1789000000000000001", "x", Noon),
        ["mood-shift"] = new MoodShift
        {
            Topic = "coffee",
            From = -0.125,
            To = 0.4375,
            Window = TimeSpan.FromMinutes(5),
            Posts = 1200,
            Significance = 0.0009,
            At = Noon,
        },
        ["mood-windows"] = new MoodWindows
        {
            Topic = "coffee",
            Total = 123_456,
            Windows =
            [
                new WindowMood(TimeSpan.FromMinutes(1), Posts: 0, Negative: 0, Neutral: 0, Positive: 0, Mean: 0),
                new WindowMood(TimeSpan.FromHours(24), Posts: 100, Negative: 25, Neutral: 25, Positive: 50, Mean: 0.125),
            ],
            At = Noon,
        },
        ["ingest-status"] = new IngestStatus
        {
            Source = "sample",
            Published = 5_000_000_000,
            Settled = 4_999_999_998,
            Rejected = 3,
            Republished = 7,
            Duplicates = 11,
            Unreadable = 13,
            Lost = 0,
            InFlight = 2,
            OldestSeconds = 0.75,
            Finished = false,
            At = Noon,
        },
    };
}
