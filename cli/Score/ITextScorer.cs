using Moodstream.Text;

namespace Moodstream.Cli.Score;

/// <summary>A model that reads moods: the engine, or a fake in tests.</summary>
internal interface ITextScorer : IDisposable
{
    /// <summary>Tells models apart: equal for equal weights.</summary>
    string WeightsHash { get; }

    /// <summary>Most token ids a text becomes.</summary>
    int MaxTokens { get; }

    /// <summary>Makes token ids of a text. Safe beside <see cref="Score"/>.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="tokenIds">At least <see cref="MaxTokens"/> long; overwritten from the start.</param>
    EncodedLength Encode(ReadOnlySpan<char> text, Span<int> tokenIds);

    /// <summary>Scores texts, each as it would be alone. One caller at a time.</summary>
    /// <param name="tokenIds">The texts' ids, one text after another.</param>
    /// <param name="lengths">[B] ids of each text.</param>
    /// <param name="probabilitiesBC">[B, 3] negative, neutral, positive; overwritten.</param>
    void Score(ReadOnlySpan<int> tokenIds, ReadOnlySpan<int> lengths, Span<float> probabilitiesBC);
}
