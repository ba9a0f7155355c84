using Moodstream.Contracts;
using Moodstream.Text;

namespace Moodstream.Classifier.Inference;

/// <summary>Text to token ids, as the model was trained. Safe for concurrent use.</summary>
/// <param name="text">Any UTF-16.</param>
/// <param name="tokenIds">At least as long as the model's limit; overwritten from the start.</param>
internal delegate EncodedLength TokenEncoder(ReadOnlySpan<char> text, Span<int> tokenIds);

/// <summary>All the classifier needs of a model, wherever it runs.</summary>
internal sealed class ScoringModel : IDisposable
{
    /// <summary>Name and version of the folder that tokenizer and labels are from.</summary>
    public required ModelVersion Folder { get; init; }

    /// <summary>Labels in the order of the probabilities.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Most token ids of one text.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Text to token ids.</summary>
    public required TokenEncoder Encode { get; init; }

    /// <summary>Token ids to probabilities.</summary>
    public required IInference Inference { get; init; }

    /// <summary>Where the model runs, for a person.</summary>
    public string Place { get; init; } = "in this process";

    /// <summary>Batches that may be under way at once.</summary>
    public int Calls { get; init; } = 1;

    /// <inheritdoc />
    public void Dispose() => Inference.Dispose();
}
