using Moodstream.Contracts;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Events;

/// <summary><see cref="Topics.Scored"/> to the board. Idempotent by post id.</summary>
internal sealed class ScoredHandler(MoodBoard board, DashboardMetrics metrics, ILogger<ScoredHandler> logger)
    : BoardTopicHandler<ScoredPost>(ContractsJson.Wire.ScoredPost, metrics, logger)
{
    protected override void Take(ScoredPost message) => board.Add(message);

    protected override string? Check(ScoredPost message) => message switch
    {
        { Post: null } => "post: expected an object, got null",
        { Sentiment: null } => "sentiment: expected an object, got null",
        { Model: null } => "model: expected an object, got null",
        { Post.Text: null } => "post.text: expected text, got null",
        { Sentiment.Label: < SentimentLabel.Negative or > SentimentLabel.Positive } =>
            $"sentiment.label: expected negative, neutral or positive, got {(int)message.Sentiment.Label}",
        _ => CheckName("post.id", message.Post.Id)
            ?? CheckName("post.source", message.Post.Source)
            ?? CheckName("model.name", message.Model.Name)
            ?? CheckProbability("sentiment.negative", message.Sentiment.Negative)
            ?? CheckProbability("sentiment.neutral", message.Sentiment.Neutral)
            ?? CheckProbability("sentiment.positive", message.Sentiment.Positive),
    };

    private static string? CheckProbability(string member, float value) =>
        value is >= 0 and <= 1 ? null : $"{member}: expected 0 to 1, got {value}";
}
