using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess.Actors;
using Moodstream.Sidecar.Calls;
using Moodstream.Sidecar.Deliveries;

namespace Moodstream.Sidecar.Actors;

/// <summary>
/// Takes the turns that the sidecar brings (Dapr's contract, 5.2; <c>08a-actors.json</c>). Good is 200 and nothing
/// else; 404 says for good that there is no such thing.
/// </summary>
internal sealed class ActorEndpoint(
    ActorHub actors, ActorApi api, DeliveryHub hub, ILogger<ActorEndpoint> logger)
{
    public const string CallPattern = "/actors/{type}/{id}/method/{name}";
    public const string ReminderPattern = "/actors/{type}/{id}/method/remind/{name}";
    public const string TimerPattern = "/actors/{type}/{id}/method/timer/{name}";
    public const string ActorPattern = "/actors/{type}/{id}";

    // Asks the sidecar to forget a timer; of reminders it takes no notice.
    private const string CancelHeader = "X-DaprReminderCancel";

    /// <summary>A call.</summary>
    public Task CallAsync(HttpContext context) => TurnAsync(context, TurnKind.Call, ActorLimits.MaxCallBytes, (name, body) =>
        async (actor, _, token) => await actor.CallAsync(name, body, token));

    /// <summary>A reminder came due.</summary>
    public Task RemindAsync(HttpContext context) => TurnAsync(context, TurnKind.Reminder, MaxAlarmBytes, (name, body) =>
    {
        var data = Data(body);
        return async (actor, _, token) =>
        {
            await actor.RemindAsync(name, data, token);
            return ReadOnlyMemory<byte>.Empty;
        };
    });

    /// <summary>A timer came due.</summary>
    public Task TickAsync(HttpContext context) => TurnAsync(context, TurnKind.Timer, MaxAlarmBytes, (name, body) =>
    {
        var data = Data(body);
        return async (actor, activation, token) =>
        {
            if (!activation.TryFire(name))
            {
                return null;
            }

            await actor.TickAsync(name, data, token);
            return ReadOnlyMemory<byte>.Empty;
        };
    });

    /// <summary>The sidecar gives an actor up: it was idle, or moves, or the sidecar stops. Good whatever comes of it.</summary>
    public async Task DeactivateAsync(HttpContext context)
    {
        if (Target(context) is ({ } host, var id) && host.IsActive(id))
        {
            try
            {
                await host.RunAsync(id, TurnKind.Deactivate, ActorTypeHost.Deactivation);
            }
            catch (Exception exception)
            {
                host.Failed(id, TurnKind.Deactivate, exception);
            }
        }

        await WriteAsync(context, StatusCodes.Status200OK, default);
    }

    private static int MaxAlarmBytes => 6 * ActorLimits.MaxReminderBytes + 4096;

    private async Task TurnAsync(
        HttpContext context,
        TurnKind kind,
        int maxBytes,
        Func<string, ReadOnlyMemory<byte>, Func<IActor, ActorContext, CancellationToken, Task<ReadOnlyMemory<byte>?>>> turn)
    {
        var (host, id) = Target(context);
        var name = context.Request.RouteValues["name"] as string ?? "";
        if (host is null || !ActorAddress.IsName(id) || !ActorAddress.IsName(name))
        {
            context.Response.StatusCode =
                host is null ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(
                host is null ? "no such actor type" : "ids and names are as Moodstream writes them");
            return;
        }

        await hub.Started.WaitAsync(context.RequestAborted);
        var (body, isWhole) = await BoundedBody.ReadAsync(
            context.Request.Body, context.Request.ContentLength, maxBytes, context.RequestAborted);
        if (!isWhole)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        try
        {
            var answer = await host.RunAsync(id, kind, turn(name, body));
            if (answer is null)
            {
                context.Response.Headers[CancelHeader] = "true";
            }

            await WriteAsync(context, StatusCodes.Status200OK, answer ?? default);
        }
        catch (UnknownActorMethodException)
        {
            await UnknownAsync(context, host, id, kind, name);
        }
        catch (Exception exception)
        {
            await FailAsync(context, host, id, kind, exception);
        }
    }

    // A reminder that the actor does not know would come for ever: an older version of the actor may have set it.
    private async Task UnknownAsync(HttpContext context, ActorTypeHost host, string id, TurnKind kind, string name)
    {
        if (kind is TurnKind.Reminder)
        {
            logger.UnknownReminder(host.Type, id, name);
            try
            {
                await api.RemoveAlarmAsync(host.Address(id), ActorAlarm.Reminders, name, context.RequestAborted);
            }
            catch (SidecarException exception)
            {
                host.Failed(id, kind, exception);
            }
        }

        await WriteAsync(context, StatusCodes.Status404NotFound, default);
    }

    // A call's failure goes to its caller as it is; a reminder's must not be 200, or it would not come again.
    private static async Task FailAsync(
        HttpContext context, ActorTypeHost host, string id, TurnKind kind, Exception exception)
    {
        var failure = exception switch
        {
            ActorRefusedException => ActorCallFailure.Unreachable,
            TimeoutException => ActorCallFailure.TimedOut,
            _ => ActorCallFailure.Failed,
        };
        if (failure is ActorCallFailure.Failed || kind is not TurnKind.Call)
        {
            host.Failed(id, kind, exception);
        }

        var status = StatusCodes.Status500InternalServerError;
        if (kind is TurnKind.Call)
        {
            status = StatusCodes.Status200OK;
            context.Response.Headers[SidecarReply.AppErrorHeader] = "true";
        }

        await WriteAsync(context, status, new ActorFault(failure, exception.Message).Write());
    }

    private (ActorTypeHost? Host, string Id) Target(HttpContext context) => (
        actors.Find(context.Request.RouteValues["type"] as string ?? ""),
        context.Request.RouteValues["id"] as string ?? "");

    // {"data":…,"dueTime":"","period":""}; data is absent or null where none was set.
    private static ReadOnlyMemory<byte> Data(ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            reader.Read();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var isData = reader.ValueTextEquals("data"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isData && reader.TokenType is not JsonTokenType.Null)
                {
                    return body[start..(int)reader.BytesConsumed];
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The sidecar writes this body itself; without data there is at least the name.
        }

        return default;
    }

    private static async Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = body.Length;
        if (!body.IsEmpty)
        {
            context.Response.ContentType = "application/octet-stream";
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
