using System.Text;
using System.Text.Json;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;

namespace Moodstream.Relay.Tests;

internal static class Some
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    public static ScoredPost Scored(string id, string source = "sample", string text = "so good 😍", int version = 1) => new()
    {
        Post = new Post { Id = id, Source = source, Text = text, CreatedAt = Noon, ReceivedAt = Noon },
        Sentiment = new Sentiment(SentimentLabel.Positive, 0.125f, 0.125f, 0.75f),
        Model = new ModelVersion("tweet-sentiment", version),
        Tokens = 5,
        Truncated = false,
        ScoredAt = Noon,
    };

    public static IncomingEvent Event(ScoredPost scored) => new(
        $"{scored.Post.Id}@{scored.Model.Version}",
        Topics.Scored,
        JsonSerializer.SerializeToUtf8Bytes(scored, ContractsJson.Wire.ScoredPost));

    public static IncomingEvent Event(string json) => new("some", Topics.Scored, Encoding.UTF8.GetBytes(json));

    public static string Text(IncomingEvent delivered) => Encoding.UTF8.GetString(delivered.Data.Span);
}
