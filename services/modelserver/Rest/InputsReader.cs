using System.Text.Json;
using Google.Protobuf.Collections;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Rest;

/// <summary>Reads the column form: "inputs" is a tensor, or an object with a tensor for each input.</summary>
internal static class InputsReader
{
    /// <summary>Reads the tensors.</summary>
    /// <param name="json">The one value of "inputs", as <see cref="PredictBody"/> found it.</param>
    /// <param name="inputs">The signature's inputs, one or more.</param>
    /// <param name="mostStrings">Most strings of a tensor.</param>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: an input is missing, or a value is no tensor of its type.
    /// </exception>
    /// <remarks>
    /// Members that are no inputs are not looked at, as in TensorFlow Serving: none can stand for one that is missing.
    /// </remarks>
    public static Dictionary<string, TensorProto> Read(
        ReadOnlySpan<byte> json, MapField<string, TensorInfo> inputs, int mostStrings)
    {
        var tensors = new Dictionary<string, TensorProto>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject || JsonBase64.IsObject(reader))
        {
            var (alias, info) = inputs.Count == 1 ? inputs.First() : throw JsonErrors.Invalid(
                "inputs is a plain value/list, but expecting an object as multiple input tensors required as per "
                + "tensorinfo_map");
            tensors.Add(alias, ReadTensor(ref reader, info.Dtype, "inputs", mostStrings));
            return tensors;
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var alias = AliasOf(ref reader, inputs);
            reader.Read();
            if (alias is null)
            {
                reader.Skip();
                continue;
            }

            var path = $"inputs.{alias}";
            JsonErrors.RequireFirst(!tensors.ContainsKey(alias), path);
            tensors.Add(alias, ReadTensor(ref reader, inputs[alias].Dtype, path, mostStrings));
        }

        return inputs.Keys.FirstOrDefault(i => !tensors.ContainsKey(i)) is { } missing
            ? throw JsonErrors.Invalid($"Missing named input: {missing} in 'inputs' object.")
            : tensors;
    }

    private static string? AliasOf(ref Utf8JsonReader reader, MapField<string, TensorInfo> inputs)
    {
        foreach (var alias in inputs.Keys)
        {
            if (reader.ValueTextEquals(alias))
            {
                return alias;
            }
        }

        return null;
    }

    private static TensorProto ReadTensor(ref Utf8JsonReader reader, DataType type, string path, int mostStrings)
    {
        var tensor = new JsonTensor(type, mostStrings);
        try
        {
            tensor.Add(ref reader);
        }
        catch (TensorFormatException exception)
        {
            throw JsonErrors.Invalid($"{exception.Message} at {path}{tensor.Position}");
        }

        return tensor.Finish(tensor.Shape);
    }
}
