using System.Buffers;
using System.Text.Json;
using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.Sidecar.Actors;

/// <summary>A failed call as our hosts tell our callers, in the body of an answer marked as an error of the app.</summary>
/// <param name="Failure">Kind of failure.</param>
/// <param name="Reason">What was expected and what came.</param>
internal readonly record struct ActorFault(ActorCallFailure Failure, string Reason)
{
    public ReadOnlyMemory<byte> Write()
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("failure"u8, Failure.ToString());
            json.WriteString("reason"u8, Reason);
            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>Reads one; what somebody else marked as an error is a failure of the turn.</summary>
    public static ActorFault Read(ReadOnlyMemory<byte> body, string shown)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind is JsonValueKind.Object
                && json.RootElement.TryGetProperty("failure", out var failure)
                && json.RootElement.TryGetProperty("reason", out var reason)
                && Enum.TryParse<ActorCallFailure>(failure.GetString(), out var kind) && Enum.IsDefined(kind))
            {
                return new ActorFault(kind, reason.GetString() ?? "");
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // As below.
        }

        return new ActorFault(ActorCallFailure.Failed, $"the host answered {shown}");
    }
}
