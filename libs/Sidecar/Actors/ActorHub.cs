using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess.Actors;

namespace Moodstream.Sidecar.Actors;

/// <summary>The actor types that this app hosts.</summary>
internal sealed class ActorHub : IDisposable
{
    private readonly FrozenDictionary<string, ActorTypeHost> _byType;

    public ActorHub(
        IEnumerable<ActorBinding> bindings,
        IServiceProvider services,
        ActorApi api,
        ActorMetrics metrics,
        TimeProvider time,
        ILogger<ActorHub> logger)
    {
        ActorBinding[] all = [.. bindings];
        if (all.GroupBy(b => b.Registration.Type).FirstOrDefault(g => g.Count() > 1) is { } repeated)
        {
            throw new InvalidOperationException($"actor type {repeated.Key} is registered more than once");
        }

        Types = [.. all.Select(b => new ActorTypeHost(b, services, api, metrics, time, logger))];
        _byType = Types.ToFrozenDictionary(t => t.Type, StringComparer.Ordinal);
        metrics.Observe(() => Types.Select(h => (h.Type, h.Active)));
    }

    /// <summary>One per type.</summary>
    public IReadOnlyList<ActorTypeHost> Types { get; }

    public ActorTypeHost? Find(string type) => _byType.GetValueOrDefault(type);

    /// <summary>There is a new sidecar.</summary>
    public void Forget()
    {
        foreach (var type in Types)
        {
            type.Forget();
        }
    }

    /// <summary>Takes no more turns and deactivates every actor, within the time to drain.</summary>
    public Task DrainAsync() => Task.WhenAll(Types.Select(t => t.DrainAsync()));

    public void Dispose()
    {
        foreach (var type in Types)
        {
            type.Dispose();
        }
    }
}
