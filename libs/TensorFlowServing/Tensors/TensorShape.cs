using System.Globalization;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tensors;

/// <summary>Dimensions of a tensor's value: all known, none negative, their product within 63 bits.</summary>
public readonly struct TensorShape
{
    /// <summary>Most dimensions; TensorFlow's own limit (<c>TensorShape::MaxDimensions</c>).</summary>
    public const int MostDimensions = 254;

    private readonly long[]? _dimensions;

    private TensorShape(long[] dimensions, long elements)
    {
        _dimensions = dimensions;
        Elements = elements;
    }

    /// <summary>Number of dimensions; 0 for a single value.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>Values in the tensor: the product of the dimensions, 1 for rank 0.</summary>
    public long Elements { get; }

    /// <summary>The dimensions, outermost first.</summary>
    public ReadOnlySpan<long> Dimensions => _dimensions;

    /// <summary>One dimension.</summary>
    /// <param name="dimension">0 is the outermost.</param>
    public long this[int dimension] => Dimensions[dimension];

    /// <summary>Reads the shape of a value.</summary>
    /// <param name="tensor">Its message; a missing shape, and one of unknown rank, are a single value.</param>
    /// <exception cref="TensorFormatException">
    /// A dimension is negative (so also unknown), there are too many, or their product does not fit 63 bits.
    /// </exception>
    public static TensorShape Of(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var count = tensor.TensorShape?.Dim.Count ?? 0;
        if (count > MostDimensions)
        {
            throw new TensorFormatException($"expected at most {MostDimensions} dimensions, got {count}");
        }

        var dimensions = new long[count];
        Int128 elements = 1;
        for (var i = 0; i < count; i++)
        {
            dimensions[i] = tensor.TensorShape!.Dim[i].Size; // there is a shape where it has dimensions
            elements *= dimensions[i];
            if (dimensions[i] < 0 || elements > long.MaxValue)
            {
                throw new TensorFormatException(
                    $"expected dimensions of 0 or more with a product below 2^63, got {Format(dimensions.AsSpan(0, i + 1))}");
            }
        }

        return new TensorShape(dimensions, (long)elements);
    }

    /// <summary>Whether the dimensions are the same.</summary>
    /// <param name="other">Dimensions, outermost first.</param>
    public bool Is(params ReadOnlySpan<long> other) => Dimensions.SequenceEqual(other);

    /// <summary>As TensorFlow prints it: <c>[2,5]</c>.</summary>
    public override string ToString() => Format(Dimensions);

    private static string Format(ReadOnlySpan<long> dimensions)
    {
        var parts = new string[dimensions.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = dimensions[i].ToString(CultureInfo.InvariantCulture);
        }

        return $"[{string.Join(',', parts)}]";
    }
}
