namespace Moodstream.Classifier.Inference;

/// <summary>Which columns of a model's probabilities are the three moods.</summary>
internal readonly record struct MoodColumns(int Negative, int Neutral, int Positive)
{
    /// <summary>How many there are.</summary>
    public const int Count = 3;

    /// <summary>The labels needed, for a person.</summary>
    public const string Needed = "negative, neutral, positive";

    /// <summary>Finds the three labels by name, in any order; their case does not matter.</summary>
    /// <returns>Whether these three, and no others, are there.</returns>
    public static bool TryFind(IReadOnlyList<string> labels, out MoodColumns columns)
    {
        columns = new MoodColumns(IndexOf("negative"), IndexOf("neutral"), IndexOf("positive"));
        return labels.Count == Count && columns is { Negative: >= 0, Neutral: >= 0, Positive: >= 0 };

        int IndexOf(string name) => labels.ToList().FindIndex(l => l.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
