using System.Net;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Client;

/// <summary>The HTTP request of a call (PROTOCOL-HTTP2.md, Requests).</summary>
internal static class CallRequest
{
    // "User Agents": grpc-, a name, a version.
    private static readonly string UserAgent =
        $"grpc-moodstream/{typeof(CallRequest).Assembly.GetName().Version?.ToString(3)}";

    public static HttpRequestMessage Create(Uri uri, MessageContent content, in RpcCallOptions call)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        Add(request, GrpcProtocol.TeHeader, GrpcProtocol.TeTrailers);
        Add(request, "user-agent", UserAgent);
        Add(request, GrpcProtocol.AcceptEncodingHeader, GrpcProtocol.AcceptedEncodings);
        if (content.IsGzip)
        {
            Add(request, GrpcProtocol.EncodingHeader, GrpcProtocol.Gzip);
        }

        if (call.Timeout is { } timeout)
        {
            Add(request, GrpcProtocol.TimeoutHeader, TimeoutValue.Format(timeout));
        }

        foreach (var entry in call.Metadata ?? [])
        {
            Add(request, entry.Key, MetadataValue.Encode(entry));
        }

        return request;
    }

    private static void Add(HttpRequestMessage request, string name, string value)
    {
        // The stack files some names, such as "expires", under the body's headers; on the wire there is no difference.
        if (!request.Headers.TryAddWithoutValidation(name, value))
        {
            request.Content!.Headers.TryAddWithoutValidation(name, value);
        }
    }
}
