using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Versions;

/// <summary>What is said of a version when its status is asked for.</summary>
/// <param name="Version">Its number.</param>
/// <param name="State">Where it is between being seen and being gone.</param>
/// <param name="Error">Why it could not be loaded; null when it could.</param>
internal sealed record VersionState(long Version, ModelVersionStatus.Types.State State, string? Error = null)
{
    public ModelVersionStatus ToMessage() => new()
    {
        Version = Version,
        State = State,
        Status = Error is null
            ? new StatusProto()
            : new StatusProto { ErrorCode = Code.InvalidArgument, ErrorMessage = Error },
    };
}
