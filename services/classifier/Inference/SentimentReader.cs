using Moodstream.Contracts;

namespace Moodstream.Classifier.Inference;

/// <summary>Reads a mood from a model's probabilities, whatever the order of its labels.</summary>
internal sealed class SentimentReader
{
    /// <summary>Columns of a row of probabilities.</summary>
    public const int Columns = 3;

    private static readonly string[] Expected = ["negative", "neutral", "positive"];

    private readonly int _negative;
    private readonly int _neutral;
    private readonly int _positive;

    /// <summary>Finds the three labels by name; their case does not matter.</summary>
    /// <exception cref="UnsuitableModelException">The labels are others.</exception>
    public SentimentReader(ModelVersion model, IReadOnlyList<string> labels)
    {
        var columns = Expected
            .Select(name => labels.ToList().FindIndex(l => l.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .ToArray();
        if (labels.Count != Columns || columns.Contains(-1))
        {
            throw new UnsuitableModelException(
                $"model {model.Name} version {model.Version} has the labels {string.Join(", ", labels)}; "
                + $"needed are {string.Join(", ", Expected)}, in any order");
        }

        (_negative, _neutral, _positive) = (columns[0], columns[1], columns[2]);
    }

    /// <summary>Reads one row; among equals, the label that is first in <see cref="SentimentLabel"/> wins.</summary>
    public Sentiment Read(ReadOnlySpan<float> probabilities)
    {
        var (negative, neutral, positive) =
            (probabilities[_negative], probabilities[_neutral], probabilities[_positive]);
        var label = negative >= neutral && negative >= positive ? SentimentLabel.Negative
            : neutral >= positive ? SentimentLabel.Neutral
            : SentimentLabel.Positive;
        return new Sentiment(label, negative, neutral, positive);
    }
}
