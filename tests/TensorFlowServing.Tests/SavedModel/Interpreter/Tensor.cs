using System.Runtime.InteropServices;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>A value on an edge of a graph, row-major.</summary>
internal abstract record Tensor(int[] Shape, DataType Type)
{
    public int Rank => Shape.Length;

    public string ShapeText => $"[{string.Join(",", Shape)}]";

    public static int Count(ReadOnlySpan<int> shape)
    {
        var count = 1;
        foreach (var size in shape)
        {
            count *= size;
        }

        return count;
    }

    public static Tensor<T> Of<T>(int[] shape, T[] data)
        where T : struct => new(shape, data);

    public Tensor<T> As<T>()
        where T : struct =>
        this as Tensor<T> ?? throw new SavedModelException($"a {Type} where a {typeof(T).Name} was expected");

    /// <summary>Reads a constant; TensorFlow would fill a short list up with zeros, which is never meant here.</summary>
    public static Tensor Read(string node, TensorProto proto)
    {
        var shape = (proto.TensorShape ?? throw new SavedModelException($"{node}: no shape"))
            .Dim.Select(d => checked((int)d.Size)).ToArray();
        return proto.Dtype switch
        {
            DataType.DtFloat => Read<float>(node, proto, shape),
            DataType.DtInt32 => Read<int>(node, proto, shape),
            DataType.DtHalf => Read<Half>(node, proto, shape),
            _ => throw new SavedModelException($"{node}: a constant of {proto.Dtype}"),
        };
    }

    private static Tensor<T> Read<T>(string node, TensorProto proto, int[] shape)
        where T : struct
    {
        var data = MemoryMarshal.Cast<byte, T>(proto.TensorContent.Span).ToArray();
        var expected = Count(shape) * Marshal.SizeOf<T>();
        return proto.TensorContent.Length == expected
            ? new Tensor<T>(shape, data)
            : throw new SavedModelException($"{node}: {proto.TensorContent.Length} bytes of content, expected {expected}");
    }
}

/// <summary>A value of known type.</summary>
internal sealed record Tensor<T>(int[] Shape, T[] Data) : Tensor(Shape, TypeOf())
    where T : struct
{
    public T Scalar => Shape.Length == 0
        ? Data[0]
        : throw new SavedModelException($"Shapes must be equal rank, but are {Shape.Length} and 0");

    private static DataType TypeOf() => default(T) switch
    {
        float => DataType.DtFloat,
        int => DataType.DtInt32,
        long => DataType.DtInt64,
        bool => DataType.DtBool,
        Half => DataType.DtHalf,
        _ => throw new SavedModelException($"no tensors of {typeof(T)}"),
    };
}
