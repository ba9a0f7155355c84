using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Rest;

/// <summary>Writes the values of a tensor as nested lists, one part after another.</summary>
internal sealed class TensorJson
{
    private const int MostFloatCharacters = 32;

    private readonly int[] _shape;
    private readonly Action<Utf8JsonWriter, int> _writeValue;
    private int _next;

    private TensorJson(TensorShape shape, Action<Utf8JsonWriter, int> writeValue)
    {
        _shape = [.. shape.Dimensions.ToArray().Select(d => (int)d)];
        _writeValue = writeValue;
    }

    /// <summary>Its outermost dimension.</summary>
    public int Rows => _shape[0];

    /// <summary>Takes a tensor.</summary>
    /// <param name="tensor">An output of a signature: int32, float or string, finite.</param>
    public static TensorJson Of(TensorProto tensor)
    {
        var shape = TensorShape.Of(tensor);
        switch (tensor.Dtype)
        {
            case DataType.DtInt32:
                var ints = Copy<int>(tensor, shape);
                return new TensorJson(shape, (writer, i) => writer.WriteNumberValue(ints[i]));
            case DataType.DtFloat:
                var floats = Copy<float>(tensor, shape);
                return new TensorJson(shape, (writer, i) => WriteFloat(writer, floats[i]));
            case DataType.DtString:
                ByteString[] strings = TensorReader.Strings(tensor, int.MaxValue);
                return new TensorJson(shape, (writer, i) => writer.WriteStringValue(strings[i].Span));
            default:
                throw new ArgumentException(
                    $"expected int32, float or string, got {TensorReader.NameOf(tensor.Dtype)}", nameof(tensor));
        }
    }

    /// <summary>Writes the next part.</summary>
    /// <param name="writer">Written to.</param>
    /// <param name="level">Dimensions that are not part of it: 0 for the whole, 1 for a row.</param>
    public void WriteNext(Utf8JsonWriter writer, int level)
    {
        if (level == _shape.Length)
        {
            _writeValue(writer, _next++);
            return;
        }

        writer.WriteStartArray();
        for (var i = 0; i < _shape[level]; i++)
        {
            WriteNext(writer, level + 1);
        }

        writer.WriteEndArray();
    }

    private static T[] Copy<T>(TensorProto tensor, TensorShape shape)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var values = new T[shape.Elements];
        TensorReader.Copy<T>(tensor, values);
        return values;
    }

    // The shortest that reads back as the same number. A whole one keeps its point, or a list of numbers would be one
    // of floats and integers to readers that tell them apart.
    private static void WriteFloat(Utf8JsonWriter writer, float value)
    {
        Span<byte> text = stackalloc byte[MostFloatCharacters];
        value.TryFormat(text, out var length, provider: CultureInfo.InvariantCulture);
        if (!text[..length].ContainsAny((byte)'.', (byte)'E'))
        {
            ".0"u8.CopyTo(text[length..]);
            length += 2;
        }

        writer.WriteRawValue(text[..length], skipInputValidation: true);
    }
}
