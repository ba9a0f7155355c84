namespace Moodstream.ModelServer.Rest;

/// <summary>Maps the REST API.</summary>
internal static class RestEndpoints
{
    public static void MapRestEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var api = endpoints.ServiceProvider.GetRequiredService<RestApi>();
        endpoints.Map("/v1/{**path}", api.AnswerAsync).WithDisplayName("REST");
    }
}
