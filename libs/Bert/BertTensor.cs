using Moodstream.Bert.Loading;

namespace Moodstream.Bert;

/// <summary>
/// A tensor of an open <see cref="BertCheckpoint"/>, read in parts as small as the caller likes. Not for concurrent
/// use: the tensors of a checkpoint share one buffer.
/// </summary>
public sealed class BertTensor
{
    private readonly SafetensorsFile _file;
    private readonly TensorEntry _entry;

    internal BertTensor(SafetensorsFile file, string name, TensorEntry entry)
    {
        _file = file;
        _entry = entry;
        Name = name;
        Type = Enum.Parse<WeightType>(entry.Type);
        Count = entry.Shape.Aggregate(1L, (product, size) => product * size);
    }

    /// <summary>Its name in transformers, without the prefix <c>bert.</c> of the encoder.</summary>
    public string Name { get; }

    /// <summary>How it is stored.</summary>
    public WeightType Type { get; }

    /// <summary>
    /// Its dimensions: [H], or [outputs, inputs] of a linear layer, or [rows, H] of an embedding; row-major.
    /// </summary>
    public IReadOnlyList<long> Shape => _entry.Shape;

    /// <summary>Its elements, the product of <see cref="Shape"/>.</summary>
    public long Count { get; }

    /// <summary>
    /// Reads a run of elements in single precision, which is exact for every <see cref="WeightType"/>.
    /// </summary>
    /// <param name="first">First element, from 0.</param>
    /// <param name="destination">Overwritten; as many elements as it is long.</param>
    /// <exception cref="ArgumentOutOfRangeException">The run is not within the tensor.</exception>
    /// <exception cref="ModelFormatException">An element is infinite or NaN, or the file was cut short.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint was disposed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void ReadFloats(long first, Span<float> destination)
    {
        RequireWithin(first, destination.Length);
        _file.ReadFloats(_entry, first, destination);
    }

    /// <summary>
    /// Reads a run of elements in half precision: those of <see cref="WeightType.F16"/> as they are, others rounded to
    /// nearest, ties to even.
    /// </summary>
    /// <param name="first">First element, from 0.</param>
    /// <param name="destination">Overwritten; as many elements as it is long.</param>
    /// <exception cref="ArgumentOutOfRangeException">The run is not within the tensor.</exception>
    /// <exception cref="ModelFormatException">
    /// An element is infinite or NaN, or too great for half precision, or the file was cut short.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The checkpoint was disposed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void ReadHalves(long first, Span<Half> destination)
    {
        RequireWithin(first, destination.Length);
        _file.ReadHalves(_entry, first, destination);
    }

    private void RequireWithin(long first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Count - count);
    }
}
