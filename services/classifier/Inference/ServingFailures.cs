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
        RpcException status => new InferenceException(StatusCodeNames.NameOf(status.Code).ToLowerInvariant(), Text(status), status)
        {
            IsTooLarge = status.Code is StatusCode.ResourceExhausted,
        },
        UnusableSignatureException => new InferenceException("signature", exception.Message, exception),
        UnexpectedReplyException => new InferenceException("reply", exception.Message, exception),
        _ => null,
    };

    /// <summary>A status for a person.</summary>
    public static string Text(RpcException status) => $"{StatusCodeNames.NameOf(status.Code)}: {status.Detail}";
}
