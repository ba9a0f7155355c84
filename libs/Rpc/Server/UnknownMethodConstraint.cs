using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Server;

/// <summary>
/// Lets only gRPC calls through to the fallback: as metadata of the endpoint, the method would turn every 404 into
/// a 405.
/// </summary>
internal sealed class UnknownMethodConstraint : IRouteConstraint
{
    public static Task AnswerAsync(HttpContext http)
    {
        if (RequestGate.TryPass(http))
        {
            http.Response.ContentType = GrpcProtocol.ContentType;
            StatusWriter.WriteFailure(http, RpcErrors.UnknownMethod(), trailers: null);
        }

        return Task.CompletedTask;
    }

    public bool Match(
        HttpContext? httpContext,
        IRouter? route,
        string routeKey,
        RouteValueDictionary values,
        RouteDirection routeDirection) =>
        httpContext is not null
        && HttpMethods.IsPost(httpContext.Request.Method)
        && GrpcProtocol.IsGrpc(httpContext.Request.ContentType);
}
