using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Client;

/// <summary>The status of a call that failed on its way.</summary>
internal static class CallFailure
{
    /// <summary>Finds the status.</summary>
    /// <param name="exception">What sending or reading threw; not the caller's own cancellation.</param>
    /// <param name="deadline">The call's.</param>
    /// <param name="address">Named in the detail.</param>
    public static RpcException From(Exception exception, CallDeadline deadline, Uri address)
    {
        var status = exception as RpcException ?? FromTransport(exception, address);

        // The server may see the same deadline pass a moment earlier, and say so in its own way.
        return deadline.HasPassed && (exception is OperationCanceledException || status.Code is StatusCode.Cancelled)
            ? RpcErrors.DeadlineExceeded(exception)
            : status;
    }

    private static RpcException FromTransport(Exception exception, Uri address)
    {
        var protocol = ProtocolException(exception);
        var code = protocol is null || IsOfConnection(protocol)
            ? StatusCode.Unavailable
            : StatusMapping.FromStreamReset(protocol.ErrorCode);
        return new RpcException(
            code, $"{address.GetLeftPart(UriPartial.Authority)}: {(protocol ?? exception).Message}", exception);
    }

    // GOAWAY and RST_STREAM are told apart by the message only.
    private static bool IsOfConnection(HttpProtocolException exception) =>
        exception.Message.Contains("the connection", StringComparison.Ordinal);

    private static HttpProtocolException? ProtocolException(Exception? exception)
    {
        while (exception is not null and not HttpProtocolException)
        {
            exception = exception.InnerException;
        }

        return (HttpProtocolException?)exception;
    }
}
