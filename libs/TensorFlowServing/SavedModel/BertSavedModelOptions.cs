namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>How a model is exported.</summary>
public sealed record BertSavedModelOptions
{
    /// <summary>
    /// Tokens of every sequence, 1 to <see cref="Bert.BertConfig.MaxPositions"/>, as the signatures then declare;
    /// null: any number. It is a statement: TensorFlow's own session runs other lengths all the same.
    /// </summary>
    public int? FixedLength { get; init; }

    /// <summary>
    /// Whether linear layers and embeddings are stored in half precision where the checkpoint has more, rounded to
    /// nearest. Tensors that the checkpoint holds in half precision are stored so in any case, which is exact. Biases
    /// and layer normalisations are always stored in single precision.
    /// </summary>
    public bool HalfPrecision { get; init; }
}
