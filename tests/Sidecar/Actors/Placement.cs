using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Moodstream.Tests.Sidecar.Redis;

namespace Moodstream.Tests.Sidecar.Actors;

/// <summary>One host of actors, as all hosts see it.</summary>
internal sealed record ActorPeer(string Id, string Address, IReadOnlyList<string> Types, long From);

/// <summary>
/// Which host has which actor. The double has no placement service: hosts hold leases in a database of the actor store's
/// Redis that the apps do not use, and each works out the same place of an id from the same list.
/// </summary>
internal sealed class Placement(RedisClient redis, Func<string> address) : IAsyncDisposable
{
    private const string Look = """
        if ARGV[1] ~= "" then redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2]) end
        local hosts = redis.call("KEYS", "host:*")
        return #hosts > 0 and redis.call("MGET", unpack(hosts)) or {}
        """;

    /// <summary>A host that stopped without a word is forgotten after this: callers' one retry comes after 1 s (08c-actors-two-hosts).</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(900);

    private static readonly TimeSpan Renewal = TimeSpan.FromMilliseconds(200);

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
        _self = new(Id, address(), types, (Now() + (others ? Joining : TimeSpan.Zero)).ToUnixTimeMilliseconds());
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

    /// <summary>Holds on to the own lease, if any, and looks who else has one.</summary>
    public async Task RefreshAsync()
    {
        var self = _self is { } own
            ? string.Create(CultureInfo.InvariantCulture, $"{own.Id}|{own.Address}|{own.From}|{string.Join(',', own.Types)}") : "";
        List<ActorPeer> peers = [];
        foreach (var value in (await redis.CommandAsync("EVAL", Look, 1, $"host:{Id}", self, (int)Lease.TotalMilliseconds)).Items())
        {
            var parts = value.Text().Split('|');
            peers.Add(new(parts[0], parts[1], parts[3].Split(','), long.Parse(parts[2], CultureInfo.InvariantCulture)));
        }

        _peers = peers;
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(Renewal, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(_closed.Token))
        {
            try
            {
                await RefreshAsync();
                await Changed();
            }
            catch (Exception problem) when (problem is RedisUnreachableException or RedisRefusedException)
            {
                // The list stays as it was until Redis is back.
            }
        }
    }

    /// <summary>A number of its own for each host and actor, the same on every sidecar.</summary>
    private static ulong Weight(string text) => BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
