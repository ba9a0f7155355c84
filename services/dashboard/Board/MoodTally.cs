using Moodstream.Contracts;

namespace Moodstream.Dashboard.Board;

/// <summary>Posts by mood, and their mean score.</summary>
internal sealed class MoodTally
{
    private readonly long[] _byLabel = new long[3];
    private double _scoreSum;

    public long Posts => _byLabel[0] + _byLabel[1] + _byLabel[2];

    public void Add(Sentiment sentiment)
    {
        _byLabel[(int)sentiment.Label]++;
        _scoreSum += sentiment.Score;
    }

    public MoodState Read() => new(
        Posts,
        _byLabel[(int)SentimentLabel.Negative],
        _byLabel[(int)SentimentLabel.Neutral],
        _byLabel[(int)SentimentLabel.Positive],
        Posts == 0 ? 0 : Math.Round(_scoreSum / Posts, 4));
}
