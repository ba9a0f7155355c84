using System.Text.Json;
using Google.Protobuf.Collections;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Rest;

/// <summary>
/// Reads the row form: "instances" is a list of objects with a value for each input, or, where there is one input, of
/// its values. The values of an input have one shape, and together make its tensor.
/// </summary>
internal sealed class InstancesReader
{
    private readonly InstanceColumn[] _columns;
    private readonly int _most;
    private int _count;

    private InstancesReader(MapField<string, TensorInfo> inputs, int most)
    {
        _columns = [.. inputs.Select(i => new InstanceColumn(i.Key, i.Value.Dtype, most))];
        _most = most;
    }

    /// <summary>Reads the tensors.</summary>
    /// <param name="json">The one value of "instances", as <see cref="PredictBody"/> found it.</param>
    /// <param name="inputs">The signature's inputs, one or more.</param>
    /// <param name="most">Most instances.</param>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: the instances are not alike, too many, or not of the types.
    /// </exception>
    public static Dictionary<string, TensorProto> Read(
        ReadOnlySpan<byte> json, MapField<string, TensorInfo> inputs, int most)
    {
        var instances = new InstancesReader(inputs, most);
        instances.Read(json);
        return instances._columns.ToDictionary(c => c.Alias, c => c.Finish(instances._count), StringComparer.Ordinal);
    }

    private void Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartArray)
        {
            throw JsonErrors.Invalid(json, "Expecting 'instances' to be an list/array");
        }

        var areObjects = false;
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (_count == _most)
            {
                throw TooMany(ref reader);
            }

            var isObject = IsObject(reader);
            areObjects = _count == 0 ? isObject : areObjects;
            RequireAlike(isObject, areObjects);
            if (isObject)
            {
                ReadObject(json, ref reader);
            }
            else
            {
                ReadValue(ref reader, _columns[0], key: "", path: "");
            }

            _count++;
        }

        if (_count == 0)
        {
            throw JsonErrors.Invalid(json, "No values in 'instances' array");
        }
    }

    private bool IsObject(in Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.StartObject && (_columns.Length > 1 || !JsonBase64.IsObject(reader));

    private void RequireAlike(bool isObject, bool areObjects)
    {
        if (!isObject && _columns.Length > 1 && _count == 0)
        {
            throw JsonErrors.Invalid(
                "instances is a plain list, but expecting list of objects as multiple input tensors required as per "
                + "tensorinfo_map");
        }

        if (isObject != areObjects)
        {
            throw JsonErrors.Invalid(areObjects
                ? $"Expecting object but got list at item {_count} of input list"
                : $"Expecting value/list but got object at item {_count} of input list");
        }
    }

    private void ReadObject(ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex; // a body is shorter than 2 GiB
        var read = 0;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var column = ColumnOf(ref reader);
            JsonErrors.RequireFirst(column.Instances == _count, $"instances[{_count}].{column.Alias}");
            reader.Read();
            ReadValue(ref reader, column, $" key: {column.Alias}", $".{column.Alias}");
            read++;
        }

        if (read < _columns.Length)
        {
            throw JsonErrors.Invalid(
                $"Failed to process element: {_count} of 'instances' list. JSON object: "
                + $"{JsonErrors.Excerpt(json[start..(int)reader.BytesConsumed])} keys must be equal to: "
                + string.Join(',', _columns.Select(c => c.Alias)));
        }
    }

    private InstanceColumn ColumnOf(ref Utf8JsonReader reader)
    {
        foreach (var column in _columns)
        {
            if (reader.ValueTextEquals(column.Alias))
            {
                return column;
            }
        }

        var key = JsonErrors.Excerpt(reader.ValueSpan);
        throw Failed($" key: {key}", $"JSON object: does not have named input: {key}");
    }

    private void ReadValue(ref Utf8JsonReader reader, InstanceColumn column, string key, string path)
    {
        try
        {
            column.Add(ref reader);
        }
        catch (TensorFormatException exception)
        {
            throw Failed(key, $"{exception.Message} at instances[{_count}]{path}{column.Position}");
        }
    }

    // As many as there are, as by gRPC; those behind the limit are counted, not read.
    private RpcException TooMany(ref Utf8JsonReader reader)
    {
        var count = _count;
        do
        {
            reader.Skip();
            count++;
        }
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray);

        return JsonErrors.Invalid($"Task size {count} is larger than maximum input batch size {_most}");
    }

    private RpcException Failed(string key, string error) => JsonErrors.Invalid(
        $"Failed to process element: {_count}{key} of 'instances' list. Error: INVALID_ARGUMENT: {error}");
}
