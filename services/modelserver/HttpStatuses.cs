using Moodstream.Rpc;

namespace Moodstream.ModelServer;

/// <summary>Status codes as HTTP has them (TensorFlow Serving, model_servers/http_rest_api_util.cc).</summary>
internal static class HttpStatuses
{
    /// <summary>Status of an HTTP answer.</summary>
    public static int Of(StatusCode code) => code switch
    {
        StatusCode.Ok => 200,
        StatusCode.Cancelled => 499,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => 400,
        StatusCode.Unauthenticated => 401,
        StatusCode.PermissionDenied => 403,
        StatusCode.NotFound => 404,
        StatusCode.AlreadyExists or StatusCode.Aborted => 409,
        StatusCode.ResourceExhausted => 429,
        StatusCode.Unimplemented => 501,
        StatusCode.Unavailable => 503,
        StatusCode.DeadlineExceeded => 504,
        _ => 500,
    };
}
