using System.Buffers;
using System.Text.Json;
using Google.Protobuf.Collections;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Rest;

/// <summary>Writes outputs in the form the inputs came in (TensorFlow Serving, util/json_tensor.cc).</summary>
internal static class PredictAnswer
{
    /// <summary>Writes outputs.</summary>
    /// <param name="outputs">By alias, one or more, of shape [B, …].</param>
    /// <param name="isRowForm">"predictions", one element for each instance; otherwise "outputs".</param>
    /// <param name="json">Written to.</param>
    /// <remarks>Where there is one output, its values stand for themselves; several go by their aliases.</remarks>
    public static void Write(MapField<string, TensorProto> outputs, bool isRowForm, IBufferWriter<byte> json)
    {
        var tensors = outputs.Select(o => (o.Key, Values: TensorJson.Of(o.Value))).ToArray();
        using var writer = RestJson.CreateWriter(json);
        writer.WriteStartObject();
        if (isRowForm)
        {
            writer.WriteStartArray("predictions");
            for (var i = 0; i < tensors[0].Values.Rows; i++)
            {
                WriteElement(writer, tensors, level: 1);
            }

            writer.WriteEndArray();
        }
        else
        {
            writer.WritePropertyName("outputs");
            WriteElement(writer, tensors, level: 0);
        }

        writer.WriteEndObject();
    }

    private static void WriteElement(Utf8JsonWriter writer, (string Alias, TensorJson Values)[] tensors, int level)
    {
        if (tensors.Length == 1)
        {
            tensors[0].Values.WriteNext(writer, level);
            return;
        }

        writer.WriteStartObject();
        foreach (var (alias, values) in tensors)
        {
            writer.WritePropertyName(alias);
            values.WriteNext(writer, level);
        }

        writer.WriteEndObject();
    }
}
