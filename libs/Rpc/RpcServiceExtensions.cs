using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Moodstream.Rpc.Server;

namespace Moodstream.Rpc;

/// <summary>Registers the server's part.</summary>
public static class RpcServiceExtensions
{
    /// <summary>Adds what <c>MapRpc</c> needs. May be called more than once.</summary>
    /// <param name="services">
    /// The program's services; a <see cref="TimeProvider"/> among them is the clock of deadlines.
    /// </param>
    /// <param name="configure">Changes the options; null for the defaults.</param>
    /// <remarks>An option out of its range stops the start.</remarks>
    public static IServiceCollection AddRpc(
        this IServiceCollection services, Action<RpcServerOptions>? configure = null)
    {
        services.AddOptions<RpcServerOptions>()
            .Configure(configure ?? (_ => { }))
            .Validate(
                options => options is { MaxReceiveBytes: >= 0, MaxSendBytes: >= 0 },
                $"{nameof(RpcServerOptions)}: {nameof(RpcServerOptions.MaxReceiveBytes)} and "
                + $"{nameof(RpcServerOptions.MaxSendBytes)} are at least 0")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RpcServer>();
        return services;
    }
}
