namespace Moodstream.Dashboard.Live;

/// <summary>The event stream, and the same as one document.</summary>
internal static class LiveEndpoints
{
    public static void MapLive(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/events", StreamAsync);
        routes.MapGet("/api/state", WriteStateAsync);
    }

    private static async Task StreamAsync(
        HttpContext context, Clients clients, EventStream stream, IHostApplicationLifetime lifetime)
    {
        if (!clients.TryEnter())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            await context.Response.WriteAsync(
                $"{clients.Max} pages are open, which is the limit ({DashboardOptions.Section}:"
                + $"{nameof(DashboardOptions.MaxClients)}). Close one; this one connects by itself.\n",
                context.RequestAborted);
            return;
        }

        // A stream would hold up the end of the host for as long as somebody looks at the page.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no"; // nginx would hold events back.
            await stream.WriteAsync(context.Response.BodyWriter, LastEventId(context.Request), ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }
        finally
        {
            clients.Leave();
        }
    }

    private static async Task WriteStateAsync(HttpContext context, EventStream stream)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        stream.WriteSnapshotJson(context.Response.BodyWriter);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    // The query is for a page whose stream was refused: a browser's next EventSource starts without the header.
    private static string? LastEventId(HttpRequest request) =>
        request.Headers["Last-Event-ID"].FirstOrDefault() ?? request.Query["lastEventId"].FirstOrDefault();
}
