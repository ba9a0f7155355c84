using System.Text.Json;
using Google.Protobuf;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Rest;

/// <summary>Fills a tensor message from JSON: nested lists, whose sizes are its shape.</summary>
/// <param name="type">Type of its values: int32 or string.</param>
/// <param name="mostStrings">Most strings; numbers take some four times the bytes of their JSON at most.</param>
internal sealed class JsonTensor(DataType type, int mostStrings)
{
    private const int Unknown = -1;

    private readonly TensorProto _message = new() { Dtype = type };
    private readonly List<int> _shape = [];
    private readonly List<int> _position = [];
    private int _rank;

    /// <summary>Values so far.</summary>
    public int Values => type is DataType.DtString ? _message.StringVal.Count : _message.IntVal.Count;

    /// <summary>Shape of the value read last.</summary>
    public IReadOnlyList<int> Shape => _shape;

    /// <summary>Where reading stands, such as <c>[3][7]</c>.</summary>
    public string Position => string.Concat(_position.Select(i => $"[{i}]"));

    /// <summary>The message, with its shape, when the last value is in.</summary>
    /// <param name="shape">Its dimensions.</param>
    public TensorProto Finish(params IEnumerable<int> shape)
    {
        _message.TensorShape = new TensorShapeProto();
        _message.TensorShape.Dim.Add(shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }));
        return _message;
    }

    /// <summary>Adds a value of any shape.</summary>
    /// <param name="reader">At its first token; afterwards at its last.</param>
    /// <exception cref="TensorFormatException">It is ragged, or holds what is not of the type.</exception>
    public void Add(ref Utf8JsonReader reader)
    {
        _shape.Clear();
        _position.Clear();
        _rank = Unknown;
        AddNested(ref reader, level: 0);
    }

    private void AddNested(ref Utf8JsonReader reader, int level)
    {
        if (reader.TokenType is JsonTokenType.StartArray)
        {
            AddList(ref reader, level);
            return;
        }

        _rank = _rank == Unknown ? level : _rank;
        if (level != _rank)
        {
            throw new TensorFormatException(
                $"JSON Value: {Excerpt(reader)} found at incorrect level: {level + 1} in the JSON DOM. "
                + $"Expected at level: {_rank}");
        }

        AddValue(ref reader);
    }

    private void AddList(ref Utf8JsonReader reader, int level)
    {
        if (_rank != Unknown && level >= _rank)
        {
            throw new TensorFormatException($"Encountered list at unexpected level: {level} expected < {_rank}");
        }

        // The first list of a level says how long the others are.
        var isFirst = _shape.Count == level;
        if (isFirst)
        {
            _shape.Add(0);
        }

        var size = 0;
        _position.Add(0);
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            _position[level] = size++;
            AddNested(ref reader, level + 1);
        }

        _position.RemoveAt(level);
        if (isFirst)
        {
            _shape[level] = size;
            _rank = _rank == Unknown ? level + 1 : _rank;
        }
        else if (size != _shape[level])
        {
            throw new TensorFormatException(
                $"Encountered list at unexpected size: {size} at level: {level} expected size: {_shape[level]}");
        }
    }

    private void AddValue(ref Utf8JsonReader reader)
    {
        switch (type, reader.TokenType)
        {
            case (DataType.DtInt32, JsonTokenType.Number) when reader.TryGetInt32(out var number):
                _message.IntVal.Add(number);
                break;
            case (DataType.DtString, JsonTokenType.String):
                AddString(Text(ref reader));
                break;
            case (DataType.DtString, JsonTokenType.StartObject):
                AddString(Base64(ref reader));
                break;
            default:
                throw new TensorFormatException(
                    $"JSON Value: {Excerpt(reader)} Type: {KindOf(reader.TokenType)} is not of expected type: "
                    + TensorReader.NameOf(type));
        }
    }

    private void AddString(ByteString value)
    {
        if (_message.StringVal.Count == mostStrings)
        {
            throw new TensorFormatException($"expected at most {mostStrings} strings, got more");
        }

        _message.StringVal.Add(value);
    }

    private static ByteString Text(ref Utf8JsonReader reader)
    {
        var bytes = new byte[reader.ValueSpan.Length];
        return UnsafeByteOperations.UnsafeWrap(bytes.AsMemory(0, reader.CopyString(bytes)));
    }

    /// <summary>Reads <c>{"b64": "..."}</c>.</summary>
    private static ByteString Base64(ref Utf8JsonReader reader)
    {
        if (!JsonBase64.IsObject(reader))
        {
            throw new TensorFormatException("JSON Value: {...} not formatted correctly for base64 data");
        }

        reader.Read();
        reader.Read();
        var bytes = reader.TryGetBytesFromBase64(out var decoded)
            ? decoded
            : throw new TensorFormatException("Unable to base64 decode");
        reader.Read();
        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private static string Excerpt(in Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "{...}",
        JsonTokenType.String => $"\"{JsonErrors.Excerpt(reader.ValueSpan)}\"",
        _ => JsonErrors.Excerpt(reader.ValueSpan),
    };

    private static string KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "Object",
        JsonTokenType.StartArray => "Array",
        _ => token.ToString(),
    };
}
