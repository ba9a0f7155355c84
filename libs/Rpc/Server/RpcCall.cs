using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Server;

/// <summary>Answers the calls of one method (PROTOCOL-HTTP2.md, Responses).</summary>
internal sealed class RpcCall<TRequest, TResponse>(
    RpcMethod<TRequest, TResponse> method, Func<TRequest, RpcContext, Task<TResponse>> handler, RpcServer server)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public async Task AnswerAsync(HttpContext http)
    {
        if (!RequestGate.TryPass(http))
        {
            return;
        }

        RequestGate.LiftBodyLimit(http);
        http.Response.ContentType = GrpcProtocol.ContentType;
        TimeSpan? timeout;
        try
        {
            timeout = RequestGate.ReadTimeout(http);
        }
        catch (RpcException status)
        {
            Fail(http, status, trailers: null);
            return;
        }

        using var share = server.Options.Budget.Open();
        using var deadline = new CallDeadline(timeout, server.Time, http.RequestAborted);
        var context = new RpcContext(http, deadline);
        Task<TResponse>? work = null;
        try
        {
            var request = await ReadAsync(http, share, deadline);
            work = handler(request, context);
            await WriteAsync(http, await work.WaitAsync(deadline.Token));
            StatusWriter.WriteOk(http, context.ResponseTrailersOrNull);
        }
        catch (Exception exception)
        {
            // A handler that is still at work may still write its trailers.
            var trailers = work is { IsCompleted: false } ? null : context.ResponseTrailersOrNull;
            Fail(http, Status(http, exception, deadline), trailers);
            await LetGoAsync(http, work);
        }
    }

    private async ValueTask<TRequest> ReadAsync(HttpContext http, ByteShare share, CallDeadline deadline)
    {
        // Routing does not mind the case of a path; gRPC does.
        if (http.Request.Path.Value != method.Path)
        {
            throw RpcErrors.UnknownMethod();
        }

        if (deadline.HasPassed)
        {
            throw RpcErrors.DeadlineExceeded();
        }

        var encoding = RequestGate.ReadEncoding(http);
        try
        {
            return await UnaryBody.ReadAsync(
                http.Request.BodyReader,
                method.RequestParser,
                encoding,
                server.Options.MaxReceiveBytes,
                share,
                deadline.Token)
                ?? throw RpcErrors.Incomplete();
        }
        catch (IOException exception)
        {
            throw new RpcException(StatusCode.Cancelled, "The request was cut off.", exception);
        }
    }

    private async ValueTask WriteAsync(HttpContext http, TResponse response)
    {
        var size = response.CalculateSize();
        if (size > server.Options.MaxSendBytes)
        {
            throw RpcErrors.SentTooLarge();
        }

        var gzip = server.Options.Gzip && RequestGate.AcceptsGzip(http);
        if (gzip)
        {
            http.Response.Headers[GrpcProtocol.EncodingHeader] = GrpcProtocol.Gzip;
        }

        await http.Response.StartAsync(http.RequestAborted);
        if (gzip)
        {
            MessageFrame.WriteGzip(response, size, http.Response.BodyWriter);
        }
        else
        {
            MessageFrame.Write(response, size, http.Response.BodyWriter);
        }
    }

    private RpcException? Status(HttpContext http, Exception exception, CallDeadline deadline)
    {
        var gaveUp = exception is OperationCanceledException && deadline.Token.IsCancellationRequested;
        if (exception is not RpcException && !gaveUp)
        {
            server.Logger.HandlerFailed(exception, method.Path);
        }

        if (deadline.HasPassed)
        {
            return RpcErrors.DeadlineExceeded(exception);
        }

        if (http.RequestAborted.IsCancellationRequested)
        {
            return null;
        }

        return exception as RpcException ?? new RpcException(StatusCode.Unknown, "Exception was thrown by handler.");
    }

    /// <summary>Writes the status; null when nobody is there to read one.</summary>
    private void Fail(HttpContext http, RpcException? status, RpcMetadata? trailers)
    {
        if (status is null)
        {
            server.Logger.CallerLeft(method.Path);
            return;
        }

        server.Logger.CallFailed(method.Path, status.Code, status.Detail);
        StatusWriter.WriteFailure(http, status, trailers);
    }

    /// <summary>
    /// Sends what was written, and waits for a handler that is still at work: a stop of the server must too.
    /// </summary>
    private async Task LetGoAsync(HttpContext http, Task? work)
    {
        if (work is not { IsCompleted: false })
        {
            return;
        }

        await http.Response.CompleteAsync();
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (work.Exception?.InnerException is { } exception and not RpcException)
        {
            server.Logger.HandlerFailed(exception, method.Path);
        }
    }
}
