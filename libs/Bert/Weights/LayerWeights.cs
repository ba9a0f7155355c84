namespace Moodstream.Bert.Weights;

/// <summary>One encoder layer.</summary>
internal sealed class LayerWeights
{
    public required PackedMatrix Query { get; init; }

    public required PackedMatrix Key { get; init; }

    public required PackedMatrix Value { get; init; }

    public required PackedMatrix AttentionOutput { get; init; }

    public required NormWeights AttentionNorm { get; init; }

    public required PackedMatrix Intermediate { get; init; }

    public required PackedMatrix Output { get; init; }

    public required NormWeights OutputNorm { get; init; }
}
