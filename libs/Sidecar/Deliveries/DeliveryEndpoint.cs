using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Sidecar.Calls;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>
/// Takes deliveries. Each is answered SUCCESS or RETRY: DROP loses an event or crashes the sidecar in bulk, and 404 is
/// the same as DROP (Dapr's contract, 2.4, 2.5 and 11.3).
/// </summary>
internal sealed class DeliveryEndpoint(
    DeliveryHub hub,
    HandlerRunner handlers,
    IOptions<SidecarOptions> options,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<DeliveryEndpoint> logger)
{
    /// <summary>Pattern of the paths; the rest of a path is the subscription's.</summary>
    public const string Pattern = TopicRoute.Prefix + "{**" + SegmentName + "}";

    private const string SegmentName = "segment";

    // What a rejection keeps of an event at most.
    private const int CutBytes = 64 * 1024;

    private readonly SidecarOptions _options = options.Value;
    private readonly FailureCauses _unknown = new(time);

    /// <summary>Takes one delivery.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var segment = context.Request.RouteValues[SegmentName] as string ?? "";
        if (hub.Find(segment) is not { } route)
        {
            // Not 404, which would drop it: another version of this app may know the topic.
            var path = context.Request.Path;
            if (_unknown.IsNews(path))
            {
                logger.UnknownRoute(path);
            }

            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        route.Arrived();
        try
        {
            await AnswerAsync(context, route);
        }
        finally
        {
            route.Answered();
        }
    }

    private async Task AnswerAsync(HttpContext context, TopicRoute route)
    {
        var call = new DeliveryCall(hub, route, _options.AnswerLimit, time);
        var isHandled = false;
        try
        {
            if (await call.TryEnterAsync() && await ReadAsync(context, call) is { } body)
            {
                isHandled = true;
                await (route.Handler is IBulkTopicHandler bulk
                    ? BulkAsync(context, route, bulk, body, call)
                    : SingleAsync(context, route, (ITopicHandler)route.Handler!, body, call)); // made before any enters
                return;
            }

            var isBulk = route.Handler is IBulkTopicHandler;
            metrics.Delivered(route.Subscription, EventOutcome.Retry, 1);
            await DeliveryAnswer.WriteAsync(context, isBulk ? DeliveryAnswer.RetryAll : DeliveryAnswer.Retry);
        }
        finally
        {
            if (!isHandled)
            {
                call.Dispose();
            }
        }
    }

    // Null when it did not come in time, or its sender is gone.
    private async Task<(ReadOnlyMemory<byte> Bytes, bool IsWhole)?> ReadAsync(HttpContext context, DeliveryCall call)
    {
        // The bound is ours: Kestrel would refuse a large body with a status that means "again", for ever.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        try
        {
            var request = context.Request;
            var (body, isWhole) = await BoundedBody.ReadAsync(
                request.Body, request.ContentLength, _options.MaxDeliveryBytes, call.Token);
            if (!isWhole)
            {
                // The rest is on its way and would break the connection.
                await request.Body.CopyToAsync(Stream.Null, call.Token);
            }

            return (body, isWhole);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    private async Task SingleAsync(
        HttpContext context,
        TopicRoute route,
        ITopicHandler handler,
        (ReadOnlyMemory<byte> Bytes, bool IsWhole) body,
        DeliveryCall call)
    {
        var read = Read(route, body.Bytes, body.IsWhole);
        var handling = handlers.RunAsync(route, handler, read, call);
        var outcome = await call.TryFinishAsync(handling) ? await handling : Overdue(route);
        metrics.Delivered(route.Subscription, outcome, 1);
        await DeliveryAnswer.WriteAsync(
            context, outcome is EventOutcome.Processed ? DeliveryAnswer.Success : DeliveryAnswer.Retry);
    }

    private async Task BulkAsync(
        HttpContext context,
        TopicRoute route,
        IBulkTopicHandler handler,
        (ReadOnlyMemory<byte> Bytes, bool IsWhole) body,
        DeliveryCall call)
    {
        var entries = BulkBody.Read(body.Bytes, body.IsWhole, out var fault);
        if (fault is not null)
        {
            // The sidecar makes this body itself, so it cannot be poison; a status that is not 2xx retries all of it.
            call.Dispose();
            metrics.Unreadable(route.Subscription);
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(fault, context.RequestAborted);
            return;
        }

        IncomingEvent[] events = [.. entries.Select(e => Read(route, e.Event, e.IsWhole))];
        var outcomes = new EventOutcome[events.Length];
        Array.Fill(outcomes, EventOutcome.Retry);
        if (!await call.TryFinishAsync(handlers.RunAsync(route, handler, events, outcomes, call)))
        {
            Overdue(route);
        }

        // A copy: a handler that is overdue may still be at work on its own.
        outcomes = [.. outcomes];
        var processed = outcomes.Count(o => o is EventOutcome.Processed);
        metrics.Delivered(route.Subscription, EventOutcome.Processed, processed);
        metrics.Delivered(route.Subscription, EventOutcome.Retry, outcomes.Length - processed);
        await DeliveryAnswer.WriteAsync(context, DeliveryAnswer.Statuses(entries, outcomes));
    }

    private IncomingEvent Read(TopicRoute route, ReadOnlyMemory<byte> body, bool isWhole)
    {
        var topic = route.Subscription.Topic;
        var read = isWhole
            ? CloudEventReader.Read(body, topic)
            : CloudEventReader.Cut(
                body[..Math.Min(body.Length, CutBytes)],
                topic,
                $"expected at most {_options.MaxDeliveryBytes} bytes, got more");
        if (read.Fault is { } fault)
        {
            metrics.Unreadable(route.Subscription);
            logger.Unreadable(topic, route.Subscription.App, read.Event.Id, fault);
        }

        return read.Event;
    }

    private EventOutcome Overdue(TopicRoute route)
    {
        metrics.Overdue(route.Subscription);
        logger.AnswerOverdue(route.Subscription.App, route.Subscription.Topic, _options.AnswerLimit);
        return EventOutcome.Retry;
    }
}
