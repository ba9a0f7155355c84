using System.Globalization;

namespace Moodstream.Rpc.Wire;

/// <summary>
/// Failures the library itself finds, the same on both sides; texts are grpc-dotnet's where it has one.
/// </summary>
internal static class RpcErrors
{
    public static RpcException UnexpectedFlag(byte flag) => new(
        StatusCode.Internal,
        string.Create(CultureInfo.InvariantCulture, $"Unexpected compressed flag value in message header: {flag}."));

    public static RpcException ReceivedTooLarge() =>
        new(StatusCode.ResourceExhausted, "Received message exceeds the maximum configured message size.");

    public static RpcException SentTooLarge() =>
        new(StatusCode.ResourceExhausted, "Sending message exceeds the maximum configured message size.");

    public static RpcException TooManyBytes() => new(
        StatusCode.Unavailable, "The requests in hand hold as many bytes as the server allows; try again later.");

    public static RpcException Incomplete() => new(StatusCode.Internal, "Incomplete message.");

    public static RpcException AdditionalData() =>
        new(StatusCode.Internal, "Additional data after the message received.");

    public static RpcException FlagWithoutEncoding() => new(
        StatusCode.Internal,
        $"Message is compressed, but no {GrpcProtocol.EncodingHeader} says how.");

    public static RpcException UnsupportedEncoding(StatusCode code, string encoding) => new(
        code,
        $"Unsupported {GrpcProtocol.EncodingHeader} value '{encoding}'. "
        + $"Supported encodings: {GrpcProtocol.AcceptedEncodings}");

    public static RpcException CorruptGzip(Exception? cause) =>
        new(StatusCode.Internal, "Message is not valid gzip.", cause);

    public static RpcException Unparsable(string message, Exception cause) =>
        new(StatusCode.Internal, $"Message is not a valid {message}.", cause);

    public static RpcException UnknownMethod() => new(StatusCode.Unimplemented, "Method is unimplemented.");

    public static RpcException DeadlineExceeded(Exception? cause = null) =>
        new(StatusCode.DeadlineExceeded, "Deadline Exceeded", cause);
}
