using System.Collections.Concurrent;
using Moodstream.Tests.Sidecar.Redis;

namespace Moodstream.Tests.Sidecar.Actors;

/// <summary>The actors that live on this sidecar's app: one turn at a time each, deactivated when idle, moved or stopped.</summary>
internal sealed class ActorHost(AppChannel app, Placement placement, RedisClient redis, Action<string> log)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>An app that does not answer must not hold up a stop.</summary>
    private static readonly TimeSpan DeactivationLimit = TimeSpan.FromSeconds(5);

    private sealed class Active
    {
        public SemaphoreSlim Turn { get; } = new(1);

        public long LastUsed { get; set; }

        public bool Ready { get; set; }

        public bool Gone { get; set; }
    }

    private readonly ConcurrentDictionary<(string Type, string Id), Active> _active = new();

    public ActorSettings Settings { get; set; } = ActorSettings.None;

    /// <summary>Called when an actor leaves: its timers go with it.</summary>
    public Action<string, string> Deactivated { get; set; } = (_, _) => { };

    public bool IsActive(string type, string id) => _active.TryGetValue((type, id), out var active) && active.Ready;

    /// <summary>How many actors of each type are active.</summary>
    public IReadOnlyDictionary<string, int> Counts => Settings.Types.ToDictionary(t => t, t => _active.Count(a => a.Key.Type == t));

    /// <summary>Calls the app for an actor when its turn comes.</summary>
    public async Task<AppAnswer> TurnAsync(string type, string id, Func<Task<AppAnswer>> call)
    {
        while (true)
        {
            var active = _active.GetOrAdd((type, id), _ => new());
            await active.Turn.WaitAsync();
            try
            {
                if (active.Gone)
                {
                    continue;
                }

                if (!active.Ready)
                {
                    await TakeAsync(type, id);
                    active.Ready = true;
                }

                return await call();
            }
            finally
            {
                active.LastUsed = Environment.TickCount64;
                active.Turn.Release();
            }
        }
    }

    /// <summary>Deactivates what was idle for long, until the token is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var scan = TimeSpan.FromMilliseconds(Math.Clamp(Settings.IdleTimeout.TotalMilliseconds / 10, 100, 1000));
            await Task.Delay(scan, TimeProvider.System, cancellationToken);
            foreach (var ((type, id), active) in _active)
            {
                var idle = TimeSpan.FromMilliseconds(Environment.TickCount64 - active.LastUsed);
                if (active.Ready && idle >= Settings.IdleTimeout && await active.Turn.WaitAsync(0, cancellationToken))
                {
                    _ = EndAsync(type, id, active);
                }
            }
        }
    }

    /// <summary>Deactivates the actors that live elsewhere now.</summary>
    public Task LeaveMovedAsync() => LeaveAsync(key => placement.HostOf(key.Type, key.Id) is { } host && host.Id != placement.Id);

    /// <summary>Deactivates all, as daprd does when it stops.</summary>
    public Task LeaveAllAsync() => LeaveAsync(_ => true);

    private Task LeaveAsync(Func<(string Type, string Id), bool> which) => Task.WhenAll(_active.Where(a => which(a.Key)).Select(async a =>
    {
        // A turn under way is waited for, but not for ever.
        if (await a.Value.Turn.WaitAsync(Settings.Drain) && !a.Value.Gone)
        {
            await EndAsync(a.Key.Type, a.Key.Id, a.Value);
        }
    }));

    private async Task EndAsync(string type, string id, Active active)
    {
        try
        {
            active.Gone = true;
            if (active.Ready)
            {
                await app.CallAsync("DELETE", PathOf(type, id), [], null, "application/x-protobuf", DeactivationLimit);
            }
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException or IOException)
        {
            log($"deactivation of {type} {id}: {problem.Message}");
        }
        finally
        {
            _active.TryRemove((type, id), out _);
            Deactivated(type, id);
            active.Turn.Release();
            await ((Task)redis.CommandAsync("DEL", Mark(type, id))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public static string PathOf(string type, string id) => $"/actors/{Uri.EscapeDataString(type)}/{Uri.EscapeDataString(id)}";

    private static string Mark(string type, string id) => $"active:{type}||{id}";

    /// <summary>Waits until no other host has the actor: daprd stops calls until all hosts have let go of what moved.</summary>
    private async Task TakeAsync(string type, string id)
    {
        var limit = TimeSpan.FromSeconds(1) + Settings.Drain;
        for (var waited = TimeSpan.Zero; waited < limit; waited += BetweenLooks)
        {
            if (await redis.CommandAsync("SET", Mark(type, id), placement.Id, "NX") is not null)
            {
                return;
            }

            var holder = await redis.CommandAsync("GET", Mark(type, id)) as byte[];
            if (holder is not null && (holder.Text() == placement.Id || !placement.Knows(holder.Text())))
            {
                break;
            }

            await Task.Delay(BetweenLooks, TimeProvider.System);
        }

        await redis.CommandAsync("SET", Mark(type, id), placement.Id);
    }
}
