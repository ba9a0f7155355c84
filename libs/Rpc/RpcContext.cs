using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc;

/// <summary>A call as its handler sees it; not to be used when the handler has returned.</summary>
/// <remarks>Not safe for concurrent use, the token excepted.</remarks>
public sealed class RpcContext
{
    private readonly HttpContext _http;
    private readonly CallDeadline _deadline;
    private RpcMetadata? _requestMetadata;
    private RpcMetadata? _responseTrailers;

    internal RpcContext(HttpContext http, CallDeadline deadline)
    {
        _http = http;
        _deadline = deadline;
    }

    /// <summary>
    /// Cancelled when nobody waits for the answer any more: the caller left, the connection was lost, or the deadline
    /// passed. The answer of a handler that goes on regardless is thrown away.
    /// </summary>
    public CancellationToken CancellationToken => _deadline.Token;

    /// <summary>
    /// Time left until the deadline, not below zero, to be passed on to calls made meanwhile; null without one.
    /// </summary>
    public TimeSpan? Remaining => _deadline.Remaining;

    /// <summary>The headers of the request that are not the protocol's.</summary>
    /// <exception cref="RpcException"><see cref="StatusCode.Internal"/>: a header is no metadata.</exception>
    public RpcMetadata RequestMetadata => _requestMetadata ??= ReadRequestMetadata();

    /// <summary>Sent after the answer, or with the status that takes its place.</summary>
    public RpcMetadata ResponseTrailers => _responseTrailers ??= [];

    /// <summary>
    /// Who calls, as gRPC writes it: <c>ipv4:10.0.0.1:5000</c>, <c>ipv6:[::1]:5000</c>, or <c>unknown</c>.
    /// </summary>
    public string Peer => Describe(_http.Connection.RemoteIpAddress, _http.Connection.RemotePort);

    internal RpcMetadata? ResponseTrailersOrNull => _responseTrailers;

    private static string Describe(IPAddress? address, int port) => address switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetworkV6 } =>
            string.Create(CultureInfo.InvariantCulture, $"ipv6:[{address}]:{port}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"ipv4:{address}:{port}"),
    };

    private RpcMetadata ReadRequestMetadata()
    {
        var metadata = new RpcMetadata();
        foreach (var (name, values) in _http.Request.Headers)
        {
            foreach (var value in values)
            {
                if (!MetadataValue.TryDecode(metadata, name, value ?? string.Empty))
                {
                    throw new RpcException(StatusCode.Internal, $"Header '{name}' is not valid metadata.");
                }
            }
        }

        return metadata;
    }
}
