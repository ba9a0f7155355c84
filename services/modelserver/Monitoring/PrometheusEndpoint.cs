namespace Moodstream.ModelServer.Monitoring;

/// <summary>Maps the page, where TensorFlow Serving has it.</summary>
internal static class PrometheusEndpoint
{
    public const string Path = "/monitoring/prometheus/metrics";

    /// <summary>Maps the page, which counts from now on.</summary>
    public static void MapPrometheusPage(this IEndpointRouteBuilder endpoints)
    {
        var page = endpoints.ServiceProvider.GetRequiredService<PrometheusPage>();
        endpoints
            .MapMethods(Path, [HttpMethods.Get, HttpMethods.Head], (HttpContext http) => AnswerAsync(http, page))
            .WithDisplayName("Prometheus");
    }

    private static Task AnswerAsync(HttpContext http, PrometheusPage page)
    {
        http.Response.ContentType = PageText.ContentType;
        return http.Response.WriteAsync(page.Render(), http.RequestAborted);
    }
}
