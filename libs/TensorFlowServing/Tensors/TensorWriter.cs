using System.Runtime.InteropServices;
using Google.Protobuf;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tensors;

/// <summary>Makes tensor messages.</summary>
public static class TensorWriter
{
    /// <summary>A tensor of int32.</summary>
    /// <param name="values">Row-major; copied.</param>
    /// <param name="encoding">Where the values go.</param>
    /// <param name="shape">Dimensions whose product is the number of values.</param>
    /// <exception cref="ArgumentException">The shape asks for another number of values.</exception>
    public static TensorProto Of(ReadOnlySpan<int> values, TensorEncoding encoding, params ReadOnlySpan<int> shape)
    {
        var tensor = Shaped(DataType.DtInt32, values.Length, shape);
        if (encoding is TensorEncoding.Content)
        {
            tensor.TensorContent = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
            return tensor;
        }

        tensor.IntVal.Capacity = values.Length;
        foreach (var value in values)
        {
            tensor.IntVal.Add(value);
        }

        return tensor;
    }

    /// <summary>A tensor of int64 in <c>tensor_content</c>.</summary>
    /// <param name="values">Row-major; copied.</param>
    /// <param name="shape">Dimensions whose product is the number of values.</param>
    /// <exception cref="ArgumentException">The shape asks for another number of values.</exception>
    public static TensorProto Of(ReadOnlySpan<long> values, params ReadOnlySpan<int> shape)
    {
        var tensor = Shaped(DataType.DtInt64, values.Length, shape);
        tensor.TensorContent = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        return tensor;
    }

    /// <summary>A tensor of single-precision numbers.</summary>
    /// <param name="values">Row-major; copied.</param>
    /// <param name="encoding">Where the values go.</param>
    /// <param name="shape">Dimensions whose product is the number of values.</param>
    /// <exception cref="ArgumentException">The shape asks for another number of values.</exception>
    public static TensorProto Of(ReadOnlySpan<float> values, TensorEncoding encoding, params ReadOnlySpan<int> shape)
    {
        var tensor = Shaped(DataType.DtFloat, values.Length, shape);
        if (encoding is TensorEncoding.Content)
        {
            tensor.TensorContent = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
            return tensor;
        }

        tensor.FloatVal.Capacity = values.Length;
        foreach (var value in values)
        {
            tensor.FloatVal.Add(value);
        }

        return tensor;
    }

    /// <summary>A tensor of strings, which have no other encoding than <c>string_val</c>.</summary>
    /// <param name="values">Row-major.</param>
    /// <param name="shape">Dimensions whose product is the number of values.</param>
    /// <exception cref="ArgumentException">The shape asks for another number of values.</exception>
    public static TensorProto Of(ReadOnlySpan<ByteString> values, params ReadOnlySpan<int> shape)
    {
        var tensor = Shaped(DataType.DtString, values.Length, shape);
        foreach (var value in values)
        {
            tensor.StringVal.Add(value);
        }

        return tensor;
    }

    /// <summary>Dimensions as a message.</summary>
    /// <param name="sizes">Outermost first; -1 is a size that is not known, and no sizes at all are a single value.</param>
    public static TensorShapeProto Shape(params ReadOnlySpan<long> sizes)
    {
        var shape = new TensorShapeProto();
        foreach (var size in sizes)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dim { Size = size });
        }

        return shape;
    }

    private static TensorProto Shaped(DataType type, int values, ReadOnlySpan<int> shape)
    {
        var sizes = new long[shape.Length];
        long elements = 1;
        for (var i = 0; i < sizes.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(shape[i], nameof(shape));
            sizes[i] = shape[i];
            elements *= shape[i];
        }

        return elements == values
            ? new TensorProto { Dtype = type, TensorShape = Shape(sizes) }
            : throw new ArgumentException($"expected the {elements} values of the shape, got {values}", nameof(shape));
    }
}
