using System.Buffers.Binary;
using System.Net.Http.Headers;

namespace Moodstream.ModelServer.Tests.Support;

/// <summary>A gRPC call of any bytes, whose caller keeps no deadline of its own.</summary>
internal sealed class RawCall : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Calls a method, and gives the <c>grpc-status</c>.</summary>
    /// <param name="method">Address of the method.</param>
    /// <param name="message">What is framed as the request.</param>
    /// <param name="timeout">Value of <c>grpc-timeout</c>; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string> StatusAsync(
        Uri method, ReadOnlyMemory<byte> message, string? timeout = null, CancellationToken cancellationToken = default)
    {
        var body = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), message.Length);
        message.CopyTo(body.AsMemory(5));
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (timeout is not null)
        {
            request.Headers.Add("grpc-timeout", timeout);
        }

        using var response = await _http.SendAsync(request, cancellationToken);
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return (response.Headers.TryGetValues("grpc-status", out var values)
            || response.TrailingHeaders.TryGetValues("grpc-status", out values))
            ? values.Single()
            : $"none, HTTP {(int)response.StatusCode}";
    }

    public void Dispose() => _http.Dispose();
}
