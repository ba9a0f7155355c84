using Moodstream.Rpc.Health;

namespace Moodstream.Rpc;

/// <summary>The methods of <c>grpc.health.v1.Health</c> that are unary.</summary>
public static class RpcHealth
{
    /// <summary>Asks how a service is; <c>""</c> stands for the whole server.</summary>
    public static RpcMethod<HealthCheckRequest, HealthCheckResponse> Check { get; } =
        new("grpc.health.v1.Health", "Check", HealthCheckRequest.Parser, HealthCheckResponse.Parser);
}
