using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Client;

namespace Moodstream.Classifier.Inference;

/// <summary>What the failures of a remote model mean for the posts.</summary>
internal static class ServingFailures
{
    /// <summary>Whether a status says that the request itself is wrong. Every other one says nothing of it.</summary>
    public static bool BlamesTheRequest(StatusCode code) => code is StatusCode.InvalidArgument or StatusCode.OutOfRange;

    /// <summary>A failed call as trouble with a name; null for what is no failure of the remote model.</summary>
    public static InferenceException? Describe(Exception exception) => exception switch
    {
        RpcException status => new InferenceException(CodeOf(status.Code).ToLowerInvariant(), Text(status), status)
        {
            IsTooLarge = status.Code is StatusCode.ResourceExhausted,
        },
        UnusableSignatureException => new InferenceException("signature", exception.Message, exception),
        UnexpectedReplyException => new InferenceException("reply", exception.Message, exception),
        _ => null,
    };

    /// <summary>A status for a person.</summary>
    public static string Text(RpcException status) => $"{CodeOf(status.Code)}: {status.Detail}";

    // As gRPC's documents spell them.
    private static string CodeOf(StatusCode code) => code switch
    {
        StatusCode.Cancelled => "CANCELLED",
        StatusCode.InvalidArgument => "INVALID_ARGUMENT",
        StatusCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        StatusCode.NotFound => "NOT_FOUND",
        StatusCode.AlreadyExists => "ALREADY_EXISTS",
        StatusCode.PermissionDenied => "PERMISSION_DENIED",
        StatusCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        StatusCode.FailedPrecondition => "FAILED_PRECONDITION",
        StatusCode.Aborted => "ABORTED",
        StatusCode.OutOfRange => "OUT_OF_RANGE",
        StatusCode.Unimplemented => "UNIMPLEMENTED",
        StatusCode.Internal => "INTERNAL",
        StatusCode.Unavailable => "UNAVAILABLE",
        StatusCode.DataLoss => "DATA_LOSS",
        StatusCode.Unauthenticated => "UNAUTHENTICATED",
        _ => "UNKNOWN",
    };
}
