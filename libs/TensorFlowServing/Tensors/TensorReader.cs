using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tensors;

/// <summary>Reads the values of tensor messages, in every encoding TensorFlow's parser takes (core/framework/tensor.cc, FromProto).</summary>
/// <remarks>
/// <c>tensor_content</c>, where it is not empty, has to hold every value and wins over the typed list. A list shorter
/// than the shape is filled up with its last value, an empty one gives zeros, surplus values are dropped.
/// </remarks>
public static class TensorReader
{
    /// <summary>Copies all values, converted to one type of number.</summary>
    /// <typeparam name="T">Wide enough for the values; a bool is 0 or 1.</typeparam>
    /// <param name="tensor">Any type of number, or bool.</param>
    /// <param name="destination">As long as <see cref="TensorShape.Elements"/> of its shape; overwritten.</param>
    /// <exception cref="TensorFormatException">
    /// It holds no numbers, its content is longer or shorter than its shape, or a value does not fit
    /// <typeparamref name="T"/>.
    /// </exception>
    public static void Copy<T>(TensorProto tensor, Span<T> destination)
        where T : unmanaged, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var shape = TensorShape.Of(tensor);
        if (shape.Elements != destination.Length)
        {
            throw new ArgumentException($"expected room for the values of {shape}, got {destination.Length}", nameof(destination));
        }

        switch (tensor.Dtype)
        {
            case DataType.DtFloat: Copy(tensor, tensor.FloatVal, v => v, destination); break;
            case DataType.DtDouble: Copy(tensor, tensor.DoubleVal, v => v, destination); break;
            case DataType.DtInt32: Copy(tensor, tensor.IntVal, v => v, destination); break;
            case DataType.DtInt64: Copy(tensor, tensor.Int64Val, v => v, destination); break;
            case DataType.DtUint8: Copy(tensor, tensor.IntVal, v => (byte)v, destination); break;
            case DataType.DtInt8: Copy(tensor, tensor.IntVal, v => (sbyte)v, destination); break;
            case DataType.DtInt16: Copy(tensor, tensor.IntVal, v => (short)v, destination); break;
            case DataType.DtUint16: Copy(tensor, tensor.IntVal, v => (ushort)v, destination); break;
            case DataType.DtUint32: Copy(tensor, tensor.Uint32Val, v => v, destination); break;
            case DataType.DtUint64: Copy(tensor, tensor.Uint64Val, v => v, destination); break;
            case DataType.DtHalf: Copy(tensor, tensor.HalfVal, v => BitConverter.UInt16BitsToHalf((ushort)v), destination); break;
            case DataType.DtBfloat16: Copy(tensor, tensor.HalfVal, v => (ushort)v, destination, Widen<T>); break;
            case DataType.DtBool: Copy(tensor, tensor.BoolVal, v => (byte)(v ? 1 : 0), destination, v => v == 0 ? T.Zero : T.One); break;
            default: throw new TensorFormatException($"expected a tensor of numbers, got {NameOf(tensor.Dtype)}");
        }
    }

    /// <summary>The strings of a tensor, as many as its shape has.</summary>
    /// <param name="tensor">A tensor of strings.</param>
    /// <param name="most">Most values that may be asked for; a shape with more is refused before anything is allocated.</param>
    /// <exception cref="TensorFormatException">It holds no strings, or more than <paramref name="most"/>.</exception>
    public static ByteString[] Strings(TensorProto tensor, int most)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        var shape = TensorShape.Of(tensor);
        if (tensor.Dtype is not DataType.DtString || !tensor.TensorContent.IsEmpty)
        {
            throw new TensorFormatException($"expected a tensor of strings in string_val, got {NameOf(tensor.Dtype)}");
        }

        if (shape.Elements > most)
        {
            throw new TensorFormatException($"expected at most {most} strings, got the shape {shape}");
        }

        var values = new ByteString[shape.Elements];
        var list = tensor.StringVal;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = list.Count == 0 ? ByteString.Empty : list[Math.Min(i, list.Count - 1)];
        }

        return values;
    }

    /// <summary>A type as TensorFlow's messages name it: <c>int32</c>, <c>string</c>.</summary>
    /// <param name="type">Any number, also one that is no type.</param>
    public static string NameOf(DataType type) => type switch
    {
        DataType.DtFloat => "float",
        DataType.DtDouble => "double",
        DataType.DtInvalid => "INVALID",
        _ when Enum.IsDefined(type) => type.ToString()[2..].ToLowerInvariant(),
        _ => string.Create(CultureInfo.InvariantCulture, $"unknown dtype enum ({(int)type})"),
    };

    // bfloat16 is the upper half of a float.
    private static T Widen<T>(ushort bits)
        where T : unmanaged, INumberBase<T> => Convert<float, T>(BitConverter.UInt32BitsToSingle((uint)bits << 16));

    /// <param name="tensor">The message.</param>
    /// <param name="list">Its typed list.</param>
    /// <param name="narrow">What a value of the list is as the tensor stores it.</param>
    /// <param name="destination">Overwritten.</param>
    /// <param name="widen">What a stored value means; by default itself.</param>
    private static void Copy<TWire, TStored, T>(
        TensorProto tensor,
        RepeatedField<TWire> list,
        Func<TWire, TStored> narrow,
        Span<T> destination,
        Func<TStored, T>? widen = null)
        where TStored : unmanaged, INumberBase<TStored>
        where T : unmanaged, INumberBase<T>
    {
        if (!tensor.TensorContent.IsEmpty)
        {
            CopyContent(tensor, destination, widen);
            return;
        }

        widen ??= Convert<TStored, T>;
        var given = Math.Min(list.Count, destination.Length);
        for (var i = 0; i < given; i++)
        {
            destination[i] = widen(narrow(list[i]));
        }

        destination[given..].Fill(given == 0 ? T.Zero : destination[given - 1]);
    }

    private static void CopyContent<TStored, T>(TensorProto tensor, Span<T> destination, Func<TStored, T>? widen)
        where TStored : unmanaged, INumberBase<TStored>
        where T : unmanaged, INumberBase<T>
    {
        var content = tensor.TensorContent.Span;
        var bytes = (long)destination.Length * Unsafe.SizeOf<TStored>();
        if (content.Length != bytes)
        {
            throw new TensorFormatException(
                $"expected {bytes} bytes of tensor_content for {NameOf(tensor.Dtype)} {TensorShape.Of(tensor)}, "
                + $"got {content.Length}");
        }

        // The wire is little-endian, as is every processor this runs on.
        var stored = MemoryMarshal.Cast<byte, TStored>(content);
        if (widen is null && typeof(TStored) == typeof(T))
        {
            MemoryMarshal.Cast<TStored, T>(stored).CopyTo(destination);
            return;
        }

        widen ??= Convert<TStored, T>;
        for (var i = 0; i < stored.Length; i++)
        {
            destination[i] = widen(stored[i]);
        }
    }

    private static T Convert<TStored, T>(TStored value)
        where TStored : unmanaged, INumberBase<TStored>
        where T : unmanaged, INumberBase<T>
    {
        try
        {
            return T.CreateChecked(value);
        }
        catch (OverflowException)
        {
            throw new TensorFormatException($"expected values that fit {typeof(T).Name}, got {value}");
        }
    }
}
