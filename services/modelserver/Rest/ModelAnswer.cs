using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf.Collections;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Rest;

/// <summary>
/// Writes status and metadata as TensorFlow Serving prints its messages: names as in the protos, defaults too, int64 as
/// strings, enums by name.
/// </summary>
internal static class ModelAnswer
{
    /// <summary>Writes where versions are.</summary>
    public static void Write(GetModelStatusResponse response, IBufferWriter<byte> json)
    {
        using var writer = RestJson.CreateWriter(json);
        writer.WriteStartObject();
        writer.WriteStartArray("model_version_status");
        foreach (var version in response.ModelVersionStatus)
        {
            writer.WriteStartObject();
            WriteInt64(writer, "version", version.Version);
            writer.WriteString("state", version.State.ToString().ToUpperInvariant());
            writer.WriteStartObject("status");
            writer.WriteString("error_code", StatusCodeNames.NameOf((StatusCode)version.Status.ErrorCode));
            writer.WriteString("error_message", version.Status.ErrorMessage);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Writes what signatures a version has.</summary>
    public static void Write(GetModelMetadataResponse response, IBufferWriter<byte> json)
    {
        using var writer = RestJson.CreateWriter(json);
        writer.WriteStartObject();
        writer.WriteStartObject("model_spec");
        writer.WriteString("name", response.ModelSpec.Name);
        writer.WriteString("signature_name", response.ModelSpec.SignatureName);
        WriteInt64(writer, "version", response.ModelSpec.Version ?? 0);
        writer.WriteEndObject();
        writer.WriteStartObject("metadata");
        writer.WriteStartObject(PredictSignature.MetadataField);
        writer.WriteStartObject("signature_def");
        var signatures = response.Metadata[PredictSignature.MetadataField].Unpack<SignatureDefMap>();
        foreach (var (name, signature) in signatures.SignatureDef)
        {
            WriteSignature(writer, name, signature);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteSignature(Utf8JsonWriter writer, string name, SignatureDef signature)
    {
        writer.WriteStartObject(name);
        WriteTensors(writer, "inputs", signature.Inputs);
        WriteTensors(writer, "outputs", signature.Outputs);
        writer.WriteString("method_name", signature.MethodName);
        writer.WriteStartObject("defaults"); // no signature here has an input that may be left out
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter writer, string name, MapField<string, TensorInfo> tensors)
    {
        writer.WriteStartObject(name);
        foreach (var (alias, tensor) in tensors)
        {
            writer.WriteStartObject(alias);
            writer.WriteString("name", tensor.Name);
            writer.WriteString("dtype", $"DT_{TensorReader.NameOf(tensor.Dtype).ToUpperInvariant()}");
            writer.WriteStartObject("tensor_shape");
            writer.WriteStartArray("dim");
            foreach (var dimension in tensor.TensorShape.Dim)
            {
                writer.WriteStartObject();
                WriteInt64(writer, "size", dimension.Size);
                writer.WriteString("name", dimension.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteBoolean("unknown_rank", tensor.TensorShape.UnknownRank);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static void WriteInt64(Utf8JsonWriter writer, string name, long value) =>
        writer.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
}
