using System.Text.Json;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Trends.Mood;

namespace Moodstream.Trends.Tests;

/// <summary>Messages of which a test states only what matters to it.</summary>
internal static class Some
{
    /// <summary>A whole hour.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    public static MoodEntry Entry(
        string id, DateTimeOffset? at = null, float score = 0.5f, SentimentLabel? label = null, string source = "x") =>
        new(id, source, at ?? Noon, label ?? (score < 0 ? SentimentLabel.Negative : SentimentLabel.Positive), score);

    public static ScoredPost Scored(
        string id, IReadOnlyList<string>? topics, DateTimeOffset? at = null, int modelVersion = 1, float positive = 0.75f) =>
        new()
        {
            Post = new Post
            {
                Id = id,
                Source = "x",
                Text = "a post",
                CreatedAt = at ?? Noon,
                ReceivedAt = at ?? Noon,
                Topics = topics,
            },
            Sentiment = new Sentiment(
                positive > 0.5f ? SentimentLabel.Positive : SentimentLabel.Negative, 1 - positive, 0, positive),
            Model = new ModelVersion("tweet-sentiment", modelVersion),
            Tokens = 5,
            Truncated = false,
            ScoredAt = at ?? Noon,
        };

    public static OutgoingEvent Event(ScoredPost scored) => new(
        $"{scored.Post.Id}@{scored.Model.Version}",
        JsonSerializer.SerializeToUtf8Bytes(scored, ContractsJson.Wire.ScoredPost));
}
