using Moodstream.Contracts;

namespace Moodstream.Classifier.Inference;

/// <summary>Reads a mood from a model's probabilities, whatever the order of its labels.</summary>
internal sealed class SentimentReader
{
    private readonly MoodColumns _columns;

    /// <summary>Finds the three labels by name.</summary>
    /// <exception cref="UnsuitableModelException">The labels are others.</exception>
    public SentimentReader(ModelVersion model, IReadOnlyList<string> labels)
    {
        if (!MoodColumns.TryFind(labels, out _columns))
        {
            throw new UnsuitableModelException(
                $"model {model.Name} version {model.Version} has the labels {string.Join(", ", labels)}; "
                + $"needed are {MoodColumns.Needed}, in any order");
        }
    }

    /// <summary>Reads one row; among equals, the label that is first in <see cref="SentimentLabel"/> wins.</summary>
    public Sentiment Read(ReadOnlySpan<float> probabilities)
    {
        var (negative, neutral, positive) =
            (probabilities[_columns.Negative], probabilities[_columns.Neutral], probabilities[_columns.Positive]);
        var label = negative >= neutral && negative >= positive ? SentimentLabel.Negative
            : neutral >= positive ? SentimentLabel.Neutral
            : SentimentLabel.Positive;
        return new Sentiment(label, negative, neutral, positive);
    }
}
