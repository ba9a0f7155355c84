using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.Sidecar.Calls;
using Moodstream.Sidecar.State;

namespace Moodstream.Sidecar.Actors;

/// <summary>
/// What an actor's host asks of its sidecar: state, reminders, timers (Dapr's contract, 5.3; <c>08a-actors.json</c>,
/// <c>08d-actor-state.json</c>). Each call has a time limit: without placement such a call never ends.
/// </summary>
internal sealed class ActorApi(SidecarClient client, IOptions<SidecarOptions> options)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TimeSpan _limit = options.Value.StateTimeout;

    /// <summary>Path of an actor in the sidecar's API.</summary>
    public static string Path(ActorAddress actor) =>
        $"/v1.0/actors/{SidecarCall.Segment(actor.Type)}/{SidecarCall.Segment(actor.Id)}";

    /// <summary>Reads a value; null when there is none.</summary>
    /// <exception cref="SidecarException">The sidecar or its store is in trouble.</exception>
    public async Task<ReadOnlyMemory<byte>?> GetStateAsync(
        ActorAddress actor, string key, CancellationToken cancellationToken)
    {
        var call = new SidecarCall
        {
            Method = HttpMethod.Get,
            Path = $"{Path(actor)}/state/{SidecarCall.Segment(key)}",
            Limit = _limit,
            MaxAnswerBytes = 6 * ActorLimits.MaxStateBytes, // each of its bytes escaped
        };
        var reply = await client.SendAsync(call, cancellationToken);
        try
        {
            return reply switch
            {
                { Status: 204 } => (ReadOnlyMemory<byte>?)null, // without the type it would be empty
                { Status: 200, IsWhole: true } => StateBody.Value(reply.Body),
                _ => throw SidecarException.Of(call, reply),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw SidecarException.Of(call, reply, exception);
        }
    }

    /// <summary>Saves the changes of a turn in one transaction.</summary>
    /// <exception cref="SidecarException">They may or may not be saved.</exception>
    public Task SaveStateAsync(
        ActorAddress actor, IReadOnlyList<StateChange> changes, CancellationToken cancellationToken) =>
        DoAsync(HttpMethod.Post, $"{Path(actor)}/state", StateBody.ActorTransaction(changes), cancellationToken);

    /// <summary>Sets a reminder or timer, replacing one of the same name.</summary>
    /// <exception cref="SidecarException">It may or may not be set.</exception>
    public Task SetAlarmAsync(
        ActorAddress actor, string kind, string name, ActorAlarm alarm, CancellationToken cancellationToken) =>
        DoAsync(HttpMethod.Post, Path(actor, kind, name), Body(alarm), cancellationToken);

    /// <summary>Removes a reminder or timer; a missing one is no error.</summary>
    /// <exception cref="SidecarException">It may or may not be removed.</exception>
    public Task RemoveAlarmAsync(ActorAddress actor, string kind, string name, CancellationToken cancellationToken) =>
        DoAsync(HttpMethod.Delete, Path(actor, kind, name), null, cancellationToken);

    private static string Path(ActorAddress actor, string kind, string name) =>
        $"{Path(actor)}/{kind}/{SidecarCall.Segment(name)}";

    // Times as durations in Go's spelling: a reminder's period takes no days (Dapr's contract, 5.4). Data goes and
    // comes back as it is.
    private static ReadOnlyMemory<byte> Body(ActorAlarm alarm)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("dueTime"u8, Duration(alarm.Due));
            if (alarm.Period is { } period)
            {
                json.WriteString("period"u8, Duration(period));
            }

            if (!alarm.Data.IsEmpty)
            {
                json.WritePropertyName("data"u8);
                json.WriteRawValue(alarm.Data.Span);
            }

            json.WriteEndObject();
        }

        return output.WrittenMemory;
    }

    /// <summary>A time in Go's spelling, in whole milliseconds.</summary>
    public static string Duration(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Ceiling(time.TotalMilliseconds)}ms");

    private async Task DoAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken cancellationToken)
    {
        var call = new SidecarCall { Method = method, Path = path, Body = body, Limit = _limit };
        var reply = await client.SendAsync(call, cancellationToken);
        if (reply.Status is not 204)
        {
            throw SidecarException.Of(call, reply);
        }
    }
}

/// <summary>A reminder or timer as it is set.</summary>
/// <param name="Due">From now.</param>
/// <param name="Period">From one time to the next; null: once.</param>
/// <param name="Data">UTF-8 JSON, or empty.</param>
internal readonly record struct ActorAlarm(TimeSpan Due, TimeSpan? Period, ReadOnlyMemory<byte> Data)
{
    public const string Reminders = "reminders";
    public const string Timers = "timers";
}
