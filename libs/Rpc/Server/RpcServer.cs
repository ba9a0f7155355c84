using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Moodstream.Rpc.Server;

/// <summary>What all methods of a server share.</summary>
internal sealed class RpcServer(IOptions<RpcServerOptions> options, TimeProvider time, ILogger<RpcServer> logger)
{
    public RpcServerOptions Options { get; } = options.Value;

    public TimeProvider Time => time;

    public ILogger Logger => logger;
}
