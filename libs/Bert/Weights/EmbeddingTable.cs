namespace Moodstream.Bert.Weights;

/// <summary>
/// Word embeddings in the precision of their file, widened a row at a time: they are half of a small model, and a row
/// costs less to widen than to keep twice as large.
/// </summary>
/// <param name="type">F32, F16 or BF16.</param>
/// <param name="rows">[vocabulary, width]</param>
/// <param name="width">Values in a row.</param>
internal readonly unsafe struct EmbeddingTable(string type, byte* rows, int width)
{
    private readonly int _elementBytes = TensorType.Bytes(type);

    /// <summary>Widens a row.</summary>
    /// <param name="id">Its number; the caller has checked it.</param>
    /// <param name="destination">[width], overwritten.</param>
    public void Read(int id, Span<float> destination)
    {
        var bytes = width * _elementBytes;
        WeightBits.Widen(type, new ReadOnlySpan<byte>(rows + ((long)id * bytes), bytes), destination);
    }
}
