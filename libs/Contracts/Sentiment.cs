namespace Moodstream.Contracts;

/// <summary>A mood as three probabilities and their label.</summary>
/// <param name="Label">The most probable mood.</param>
/// <param name="Negative">Probability, 0 to 1; the three sum to 1.</param>
/// <param name="Neutral">Probability, 0 to 1.</param>
/// <param name="Positive">Probability, 0 to 1.</param>
public sealed record Sentiment(SentimentLabel Label, float Negative, float Neutral, float Positive)
{
    /// <summary><see cref="Positive"/> − <see cref="Negative"/>: −1 (all negative) to 1 (all positive).</summary>
    public float Score => Positive - Negative;
}
