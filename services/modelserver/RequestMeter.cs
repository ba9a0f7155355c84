using Moodstream.Rpc;

namespace Moodstream.ModelServer;

/// <summary>Counts and times every request, whichever way it came in, and gives every failure its status.</summary>
internal sealed class RequestMeter(ModelServerMetrics metrics, TimeProvider time, ILogger<RequestMeter> logger)
{
    // As TensorFlow Serving cuts them (model_servers/grpc_status_util.cc).
    private const int MostMessageCharacters = 1024;
    private const string Cut = "...TRUNCATED";

    /// <summary>Answers a request.</summary>
    /// <param name="method">Such as Predict.</param>
    /// <param name="entryPoint">GRPC or REST.</param>
    /// <param name="answer">Makes the answer.</param>
    /// <param name="cancellationToken">That of the request.</param>
    /// <param name="isLate">Says, once the token is cancelled, whether the deadline passed; by default the caller left.</param>
    /// <exception cref="RpcException">There is none; the status and message are those to answer with.</exception>
    /// <exception cref="OperationCanceledException">Whoever asked has left, or can wait no longer.</exception>
    public async Task<T> MeasureAsync<T>(
        string method, string entryPoint, Func<Task<T>> answer, CancellationToken cancellationToken, Func<bool>? isLate = null)
    {
        var started = time.GetTimestamp();
        var status = StatusCode.Ok;
        try
        {
            return await answer();
        }
        catch (RpcException exception)
        {
            status = exception.Code;
            throw exception.Detail.Length <= MostMessageCharacters
                ? exception
                : new RpcException(exception.Code, exception.Detail[..(MostMessageCharacters - Cut.Length)] + Cut, exception);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            status = isLate?.Invoke() == true ? StatusCode.DeadlineExceeded : StatusCode.Cancelled;
            throw;
        }
        catch (Exception exception)
        {
            status = StatusCode.Internal;
            logger.RequestFailed(exception);
            throw new RpcException(status, "The model server failed on this request; its log says why.", exception);
        }
        finally
        {
            metrics.Request(method, entryPoint, StatusCodeNames.NameOf(status), time.GetElapsedTime(started));
        }
    }
}
