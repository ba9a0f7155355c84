using System.Text.Json;
using System.Text.Json.Nodes;
using Moodstream.Tests.Sidecar.Redis;

namespace Moodstream.Tests.Sidecar.Actors;

/// <summary>One host of actors, as all hosts see it.</summary>
internal sealed record ActorPeer(string Id, string Address, IReadOnlyList<string> Types, long From);

/// <summary>
/// Which host has which actor. The double has no placement service: hosts hold leases in a database of the actor store's
/// Redis that the apps do not use, and each works out the same place of an id from the same list.
/// </summary>
internal sealed class Placement(RedisClient redis, string address) : IAsyncDisposable
{
    /// <summary>A host that stopped without a word is forgotten after this: callers' one retry comes after 1 s (08c-actors-two-hosts).</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(900);

    private static readonly TimeSpan Renewal = TimeSpan.FromMilliseconds(150);

    /// <summary>A host that joins others takes ids only when all have seen it.</summary>
    private static readonly TimeSpan Joining = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource _closed = new();
    private IReadOnlyList<ActorPeer> _peers = [];
    private ActorPeer? _self;
    private Task _renewing = Task.CompletedTask;

    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Whether this sidecar hosts a type.</summary>
    public bool Hosts(string type) => _self?.Types.Contains(type) == true;

    /// <summary>Called after each look at the list.</summary>
    public Func<Task> Changed { get; set; } = () => Task.CompletedTask;

    public void Start() => _renewing = RenewAsync();

    public async Task JoinAsync(IReadOnlyList<string> types)
    {
        await RefreshAsync();
        var others = _peers.Any(p => p.Id != Id && p.Types.Intersect(types).Any());
        _self = new(Id, address, types, (Now() + (others ? Joining : TimeSpan.Zero)).ToUnixTimeMilliseconds());
        await WriteAsync();
        await RefreshAsync();
    }

    public async Task LeaveAsync()
    {
        _self = null;
        await redis.CommandAsync("DEL", $"host:{Id}");
        await RefreshAsync();
    }

    /// <summary>The host of an actor; null: nobody has the type.</summary>
    public ActorPeer? HostOf(string type, string id)
    {
        var now = Now().ToUnixTimeMilliseconds();
        return _peers.Where(p => p.From <= now && p.Types.Contains(type)).MaxBy(p => Weight($"{p.Id}|{type}|{id}"));
    }

    public bool Knows(string hostId) => _peers.Any(p => p.Id == hostId);

    public async Task RefreshAsync()
    {
        List<ActorPeer> peers = [];
        var keys = (await redis.CommandAsync("KEYS", "host:*")).Items();
        if (keys.Length > 0)
        {
            foreach (var value in (await redis.CommandAsync(["MGET", .. keys.Select(k => k!)])).Items().Where(v => v is not null))
            {
                using var json = JsonDocument.Parse((byte[])value!);
                var root = json.RootElement;
                peers.Add(new(root.GetProperty("id").GetString()!, root.GetProperty("address").GetString()!,
                    [.. root.GetProperty("types").EnumerateArray().Select(t => t.GetString()!)], root.GetProperty("from").GetInt64()));
            }
        }

        _peers = peers;
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    private async Task WriteAsync()
    {
        if (_self is { } self)
        {
            var json = new JsonObject
            {
                ["id"] = self.Id, ["address"] = self.Address, ["from"] = self.From,
                ["types"] = new JsonArray([.. self.Types.Select(t => (JsonNode?)t)]),
            };
            await redis.CommandAsync("SET", $"host:{Id}", json.ToJsonString(), "PX", (int)Lease.TotalMilliseconds);
        }
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(Renewal, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(_closed.Token))
        {
            try
            {
                await WriteAsync();
                await RefreshAsync();
                await Changed();
            }
            catch (Exception problem) when (problem is RedisUnreachableException or RedisRefusedException)
            {
                // The list stays as it was until Redis is back.
            }
        }
    }

    /// <summary>FNV-1a with its bits mixed once more, so that near names lie far apart.</summary>
    private static ulong Weight(string text)
    {
        var hash = text.Aggregate(14695981039346656037UL, (h, c) => (h ^ c) * 1099511628211UL);
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        return hash ^ (hash >> 33);
    }
}
