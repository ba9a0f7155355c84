using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Moodstream.Rpc.Health;
using Moodstream.Rpc.Server;

namespace Moodstream.Rpc;

/// <summary>Maps methods onto a web program; <see cref="RpcServiceExtensions.AddRpc"/> comes first.</summary>
public static class RpcEndpointExtensions
{
    /// <summary>Serves a method.</summary>
    /// <param name="endpoints">The program's endpoints.</param>
    /// <param name="method">The method.</param>
    /// <param name="handler">
    /// Makes the answer. An <see cref="RpcException"/> it throws is the status of the call; any other exception is
    /// logged, and <see cref="StatusCode.Unknown"/> to the caller. It should heed the context's token.
    /// </param>
    /// <exception cref="InvalidOperationException">
    /// <see cref="RpcServiceExtensions.AddRpc"/> was not called.
    /// </exception>
    public static IEndpointConventionBuilder MapRpc<TRequest, TResponse>(
        this IEndpointRouteBuilder endpoints,
        RpcMethod<TRequest, TResponse> method,
        Func<TRequest, RpcContext, Task<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(handler);
        var server = endpoints.ServiceProvider.GetRequiredService<RpcServer>();
        var call = new RpcCall<TRequest, TResponse>(method, handler, server);
        return endpoints
            .Map(RoutePatternFactory.Parse(method.Path), call.AnswerAsync)
            .WithMetadata(new HttpMethodMetadata([HttpMethods.Post]))
            .WithDisplayName($"gRPC {method.Path}");
    }

    /// <summary>
    /// Answers gRPC calls to methods that are not served with <see cref="StatusCode.Unimplemented"/>; other
    /// requests are answered as if this was not there.
    /// </summary>
    /// <param name="endpoints">The program's endpoints.</param>
    /// <remarks>
    /// Methods have paths of two segments; clients read the 404 of any other path as the same status. One trace is
    /// left: a POST to two segments that are served for other HTTP methods only is answered with 404 instead of 405.
    /// </remarks>
    public static IEndpointConventionBuilder MapRpcFallback(this IEndpointRouteBuilder endpoints)
    {
        const string Method = "method";
        var constraints = new RouteValueDictionary { [Method] = new UnknownMethodConstraint() };
        return endpoints
            .Map(
                RoutePatternFactory.Parse($"{{service}}/{{{Method}}}", defaults: null, constraints),
                UnknownMethodConstraint.AnswerAsync)
            .WithOrder(int.MaxValue)
            .WithDisplayName("gRPC fallback");
    }

    /// <summary>Serves <c>grpc.health.v1.Health/Check</c>.</summary>
    /// <param name="endpoints">The program's endpoints.</param>
    /// <param name="check">
    /// Says how a service is; <c>""</c> asks for the whole server. Null, for a name it does not know, is answered with
    /// <see cref="StatusCode.NotFound"/>. Called concurrently.
    /// </param>
    /// <remarks>gRPC <c>doc/health-checking.md</c>.</remarks>
    public static IEndpointConventionBuilder MapRpcHealth(
        this IEndpointRouteBuilder endpoints, Func<string, HealthCheckResponse.Types.ServingStatus?> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return endpoints.MapRpc(RpcHealth.Check, (request, _) =>
            check(request.Service) is { } status
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : throw new RpcException(StatusCode.NotFound, $"unknown service '{request.Service}'"));
    }
}
