using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Wire;
using State = Moodstream.TensorFlowServing.Wire.ModelVersionStatus.Types.State;

namespace Moodstream.ModelServer.Versions;

/// <summary>The versions in memory and the states of all that were seen. Read by every request.</summary>
internal sealed class ModelCatalog(IOptions<ModelServerOptions> options)
{
    /// <summary>States remembered of versions that are gone or broken.</summary>
    private const int MostEnded = 16;

    // Guards changes of the snapshot; readers take it as it is.
    private readonly Lock _writing = new();
    private volatile Snapshot _now = new(null, []);

    /// <summary>The name requests ask for.</summary>
    public string ModelName { get; } = options.Value.ModelName;

    /// <summary>The version that answers requests which name none; null before the first is loaded.</summary>
    public ServedVersion? Served => _now.Served;

    /// <summary>Holds the version a request asks for.</summary>
    /// <returns>The caller has to release it.</returns>
    /// <exception cref="RpcException">The request names no model, or one that is not here.</exception>
    public ServedVersion Use(ModelSpec? spec)
    {
        var asked = RequireSpec(spec);
        if (asked.Name == ModelName)
        {
            // A version may be taken out of service between the look and the hold: then another one serves.
            for (var served = Served; served is not null && Matches(asked, served); served = Served)
            {
                if (served.TryUse())
                {
                    return served;
                }
            }
        }

        throw new RpcException(
            StatusCode.NotFound,
            asked.VersionChoiceCase is ModelSpec.VersionChoiceOneofCase.Version
                ? $"Servable not found for request: Specific({asked.Name}, {asked.Version})"
                : $"Servable not found for request: Latest({asked.Name})");
    }

    /// <summary>The states of one version, or of all, highest first.</summary>
    /// <exception cref="RpcException">The request names no model, or one that is not here.</exception>
    public IReadOnlyList<VersionState> States(ModelSpec? spec)
    {
        var asked = RequireSpec(spec);
        var states = asked.Name == ModelName ? _now.States : ImmutableSortedDictionary<long, VersionState>.Empty;
        if (states.Count == 0)
        {
            throw new RpcException(StatusCode.NotFound, $"Could not find any versions of model {asked.Name}");
        }

        if (asked.VersionChoiceCase is ModelSpec.VersionChoiceOneofCase.None)
        {
            return [.. states.Values.Reverse()];
        }

        return states.TryGetValue(asked.Version ?? 0, out var state)
            ? [state]
            : throw new RpcException(
                StatusCode.NotFound, $"Could not find version {asked.Version} of model {asked.Name}");
    }

    /// <summary>Notes where a version is.</summary>
    public void Set(VersionState state)
    {
        lock (_writing)
        {
            var states = _now.States.SetItem(state.Version, state);
            var ended = states.Values.Where(s => s.State is State.End).Select(s => s.Version).ToList();
            _now = _now with { States = states.RemoveRange(ended.Take(Math.Max(0, ended.Count - MostEnded))) };
        }
    }

    /// <summary>Notes where a version is, unless one of its number is in service, also as another instance.</summary>
    public void SetUnlessServed(VersionState state)
    {
        lock (_writing)
        {
            if (_now.Served?.Version != state.Version)
            {
                Set(state);
            }
        }
    }

    /// <summary>Takes a version into service.</summary>
    /// <returns>The version it takes over from; null when it is the first.</returns>
    public ServedVersion? Serve(ServedVersion? version)
    {
        lock (_writing)
        {
            var before = _now.Served;
            _now = _now with { Served = version };
            return before;
        }
    }

    private static ModelSpec RequireSpec(ModelSpec? spec) => spec switch
    {
        null => throw new RpcException(StatusCode.InvalidArgument, "Missing ModelSpec"),
        { Name: "" } => throw new RpcException(StatusCode.InvalidArgument, "ModelSpec has no name specified."),
        { VersionChoiceCase: ModelSpec.VersionChoiceOneofCase.VersionLabel } => throw new RpcException(
            StatusCode.InvalidArgument, $"Unrecognized servable version label: {spec.VersionLabel}"),
        _ => spec,
    };

    private static bool Matches(ModelSpec spec, ServedVersion served) =>
        spec.VersionChoiceCase is not ModelSpec.VersionChoiceOneofCase.Version || (spec.Version ?? 0) == served.Version;

    private sealed record Snapshot(ServedVersion? Served, ImmutableSortedDictionary<long, VersionState> States)
    {
        public Snapshot(ServedVersion? served, IEnumerable<VersionState> states)
            : this(served, states.ToImmutableSortedDictionary(s => s.Version, s => s))
        {
        }
    }
}
