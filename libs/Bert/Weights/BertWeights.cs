namespace Moodstream.Bert.Weights;

/// <summary>All weights of a model, in memory that lives as long as its arena.</summary>
internal sealed unsafe class BertWeights : IDisposable
{
    public required NativeArena Arena { get; init; }

    public required EmbeddingTable Words { get; init; }

    /// <summary>[positions, H]</summary>
    public required float* Positions { get; init; }

    /// <summary>[segments, H]</summary>
    public required float* Segments { get; init; }

    public required NormWeights EmbeddingNorm { get; init; }

    public required LayerWeights[] Layers { get; init; }

    public required PackedMatrix Pooler { get; init; }

    public required PackedMatrix Classifier { get; init; }

    public void Dispose() => Arena.Dispose();
}
