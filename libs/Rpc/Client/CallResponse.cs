using System.Globalization;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using Google.Protobuf;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Client;

/// <summary>The answer of a call (PROTOCOL-HTTP2.md, Responses).</summary>
internal static class CallResponse
{
    // One DATA frame of the size every peer may send.
    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 16 * 1024);

    /// <summary>Reads an answer to its end.</summary>
    /// <exception cref="RpcException">It is not one message and the status OK.</exception>
    public static async Task<T> ReadAsync<T>(
        HttpResponseMessage response, MessageParser<T> parser, int maxBytes, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        if (response.Headers.NonValidated.TryGetValues(GrpcProtocol.StatusTrailer, out var status))
        {
            ThrowIfFailed(status.ToString(), response.Headers);
            throw new RpcException(StatusCode.Internal, "The status is OK, but there is no message.");
        }

        ThrowIfNotGrpc(response);
        var encoding = response.Headers.NonValidated.TryGetValues(GrpcProtocol.EncodingHeader, out var values)
            ? values.ToString()
            : null;
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var body = PipeReader.Create(stream, ReaderOptions);
        try
        {
            var message = await UnaryBody.ReadAsync(body, parser, encoding, maxBytes, share: null, cancellationToken);
            ThrowIfFailed(response);
            return message ?? throw RpcErrors.Incomplete();
        }
        finally
        {
            await body.CompleteAsync();
        }
    }

    private static void ThrowIfNotGrpc(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (status != 200)
        {
            throw new RpcException(
                StatusMapping.FromHttpStatus(status),
                string.Create(CultureInfo.InvariantCulture, $"Bad gRPC response. HTTP status code: {status}"));
        }

        var contentType = response.Content.Headers.NonValidated.TryGetValues("content-type", out var values)
            ? values.ToString()
            : null;
        if (!GrpcProtocol.IsGrpc(contentType))
        {
            throw new RpcException(
                StatusMapping.FromHttpStatus(status),
                contentType is null
                    ? "Bad gRPC response. Response did not have a content-type header."
                    : $"Bad gRPC response. Invalid content-type value: {contentType}");
        }
    }

    private static void ThrowIfFailed(HttpResponseMessage response)
    {
        var trailers = response.TrailingHeaders;
        if (!trailers.NonValidated.TryGetValues(GrpcProtocol.StatusTrailer, out var status))
        {
            throw new RpcException(
                StatusMapping.FromHttpStatus((int)response.StatusCode), "No grpc-status found on response.");
        }

        ThrowIfFailed(status.ToString(), trailers);
    }

    private static void ThrowIfFailed(string status, HttpResponseHeaders headers)
    {
        if (status == GrpcProtocol.StatusOk)
        {
            return;
        }

        var detail = headers.NonValidated.TryGetValues(GrpcProtocol.MessageTrailer, out var message)
            ? StatusMessage.Decode(message.ToString())
            : string.Empty;
        var code = StatusMapping.FromTrailer(status);
        if (code is StatusCode.Ok)
        {
            code = StatusCode.Unknown; // "00" and the like are no status
        }

        var trailers = new RpcMetadata();
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
            {
                MetadataValue.TryDecode(trailers, name, value);
            }
        }

        throw new RpcException(code, detail, innerException: null) { Trailers = trailers };
    }
}
