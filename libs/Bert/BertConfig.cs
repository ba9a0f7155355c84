namespace Moodstream.Bert;

/// <summary>The shape of a model, as its config.json states it.</summary>
public sealed record BertConfig
{
    /// <summary>Encoder layers.</summary>
    public required int Layers { get; init; }

    /// <summary>Width of a token's vector (H).</summary>
    public required int Hidden { get; init; }

    /// <summary>Attention heads; they divide <see cref="Hidden"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>Width of the feed-forward layer.</summary>
    public required int Intermediate { get; init; }

    /// <summary>Longest sequence, in token ids.</summary>
    public required int MaxPositions { get; init; }

    /// <summary>Token ids known.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Segment ids known.</summary>
    public required int Segments { get; init; }

    /// <summary>Added to the variance in layer normalisation.</summary>
    public required float LayerNormEpsilon { get; init; }

    /// <summary>Labels in the order of the logits.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Width of one attention head.</summary>
    public int HeadWidth => Hidden / Heads;
}
