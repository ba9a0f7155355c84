using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Moodstream.Sidecar.Tests.Replays;

namespace Moodstream.Sidecar.Tests;

/// <summary>Two apps with a sidecar each, hosting one type of actor: the set-up of 08c-actors-two-hosts.</summary>
internal sealed partial class TwoHosts : IAsyncDisposable
{
    public const int Ids = 40;

    private static readonly string[] Names = ["a", "b"];

    private readonly Recording _recording = Recording.Load("08c-actors-two-hosts");
    private readonly RecordedSidecars _sidecars;
    private readonly Masks _masks;
    private readonly RedisServer _redis;

    // As any caller of an actor, it gives up after some seconds: during a switch some calls never return (Dapr's contract, 11.2).
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Dictionary<string, RawApp> _apps = [];
    private readonly Dictionary<string, string> _sidecarOf = [];

    private TwoHosts(SidecarKind kind, RedisServer redis)
    {
        (_sidecars, _redis) = (new(_recording, kind), redis);
        _masks = new(_sidecars.Roles);
        _sidecars.Name(redis.Port, "<redis-port>");
        foreach (var name in Names)
        {
            _apps[name] = new RawApp((request, _) => AnswerAsync(name, request));
            _apps[name].Listen();
            _sidecars.Name(_apps[name].Port, $"<app-port-of-daprd-{name}>");
        }
    }

    /// <summary>Deactivations as the apps got them, each with its host and headers.</summary>
    public ConcurrentQueue<(string Host, RawRequest Request)> Deactivations { get; } = new();

    /// <summary>The last call that each host got for each path.</summary>
    public ConcurrentDictionary<(string Host, string Path), RawRequest> Calls { get; } = new();

    /// <summary>The most calls that were in one actor at once, over both apps.</summary>
    public int MostInOneActor { get; private set; }

    public static async Task<TwoHosts> StartAsync(SidecarKind kind)
    {
        var hosts = new TwoHosts(kind, await RedisServer.StartAsync());
        hosts._sidecars.StartControlPlane();
        foreach (var name in Names)
        {
            await hosts.StartHostAsync(name);
        }

        await hosts.UntilSpreadAsync();
        hosts.Deactivations.Clear();
        return hosts;
    }

    public async Task StartHostAsync(string name, string recordedAs = "")
    {
        _sidecarOf[name] = $"daprd-{(recordedAs.Length > 0 ? recordedAs : name)}";
        await _sidecars.StartAsync(_sidecarOf[name]);
        await Replay.Until(async () => (await _http.GetStringAsync(At(name, "v1.0/metadata"))).Contains("\"hostReady\":true", StringComparison.Ordinal), "the host to be ready");
    }

    public Task KillAsync(string name) => _sidecars.KillAsync(_sidecarOf[name]);

    public Task<int> StopAsync(string name) => _sidecars.StopAsync(_sidecarOf[name]);

    public RawApp App(string name) => _apps[name];

    /// <summary>A request of ours as it is compared.</summary>
    public string Masked(RawRequest request) =>
        _masks.Mask($"{request.Method} {Any(request.Path)}", request.Headers, request.Body);

    /// <summary>The same of a recorded one, of this recording or another with the same app.</summary>
    public string Masked(RecordedEvent recorded, string host)
    {
        var request = recorded.Json.GetProperty("request");
        return _masks.Mask(
            $"{request.GetProperty("method").GetString()} {Any(request.GetProperty("path").GetString()!)}",
            RecordedEvent.Headers(request).Select(h => (h.Name, h.Name == "Host" ? $"127.0.0.1:<app-port-of-daprd-{host}>" : h.Value)),
            RecordedEvent.Body(request));
    }

    /// <summary>The first deactivation that the recording has of a host.</summary>
    public string RecordedDeactivation(string host) => Masked(
        _recording.Events.First(e => e.Direction == $"daprd->app-{host}" && e.Json.GetProperty("request").GetProperty("method").GetString() == "DELETE"), host);

    /// <summary>Calls every id through one sidecar at once: which host answered, and after how long; an answer other than 200 is tried again each 100 ms.</summary>
    public async Task<IReadOnlyDictionary<int, (string Host, double Seconds, int Refused)>> CallAllAsync(string through)
    {
        var began = Environment.TickCount64;
        var answers = await Task.WhenAll(Enumerable.Range(0, Ids).Select(async id =>
        {
            for (var refused = 0; ; refused++)
            {
                try
                {
                    using var answer = await _http.PostAsync(At(through, $"v1.0/actors/Counter/id{id}/method/where"), null);
                    if (answer.IsSuccessStatusCode)
                    {
                        return (id, Host: (await answer.Content.ReadAsStringAsync())[9..10], Seconds: (Environment.TickCount64 - began) / 1000.0, refused);
                    }

                    Assert.Equal(System.Net.HttpStatusCode.InternalServerError, answer.StatusCode);
                    Assert.StartsWith("{\"errorCode\":\"ERR_ACTOR_INVOKE_METHOD\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                }
                catch (TaskCanceledException)
                {
                    // One that never returns.
                }

                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }));
        return answers.ToDictionary(a => a.id, a => (a.Host, a.Seconds, a.refused));
    }

    /// <summary>Until both have a share, as after a join, and what moved is active at its new host only.</summary>
    public async Task UntilSpreadAsync()
    {
        await Replay.Until(async () => (await CallAllAsync("b")).Values.GroupBy(a => a.Host).Count() == 2
            && (await CallAllAsync("a")).Values.GroupBy(a => a.Host).Count() == 2, "both hosts to have ids");
        await Replay.Until(async () => await ActiveAsync("a") + await ActiveAsync("b") == Ids, "each id to be active once");
    }

    private Uri At(string name, string path) => new(_sidecars.Http(_sidecarOf[name]), path);

    private async Task<int> ActiveAsync(string name)
    {
        using var metadata = JsonDocument.Parse(await _http.GetStringAsync(At(name, "v1.0/metadata")));
        return metadata.RootElement.GetProperty("actors")[0].TryGetProperty("count", out var count) ? count.GetInt32() : 0;
    }

    public async ValueTask DisposeAsync()
    {
        await _sidecars.DisposeAsync();
        foreach (var app in _apps.Values)
        {
            await app.DisposeAsync();
        }

        _http.Dispose();
        await _redis.DisposeAsync();
    }

    private readonly ConcurrentDictionary<string, int> _inside = new();

    private async Task<RawAnswer?> AnswerAsync(string host, RawRequest request)
    {
        if (request.Method == "DELETE")
        {
            Deactivations.Enqueue((host, request));
        }

        Calls[(host, request.Path)] = request;
        if (request.Path == "/dapr/config")
        {
            return Json("""{"entities":["Counter"],"actorIdleTimeout":"60m","drainOngoingCallTimeout":"5s","drainRebalancedActors":true,"reentrancy":{"enabled":false},"entitiesConfig":[]}""");
        }

        if (request.Path.StartsWith("/actors/", StringComparison.Ordinal))
        {
            var actor = request.Path.Split('/')[3];
            MostInOneActor = Math.Max(MostInOneActor, _inside.AddOrUpdate(actor, 1, (_, n) => n + 1));
            await Task.Yield();
            _inside.AddOrUpdate(actor, 0, (_, n) => n - 1);
        }

        return Json($$"""{"host":"{{host}}"}""");

        static RawAnswer Json(string text) => new(200, [("Content-Type", "application/json")], Encoding.UTF8.GetBytes(text));
    }
    // Which id lives where, and what the method is called, is no matter of the sidecar's.
    private static string Any(string path) => Volatile().Replace(path, "<any>");

    [GeneratedRegex("(?<=^/actors/Counter/)[^/]+|(?<=/method/)[^/]+$")]
    private static partial Regex Volatile();
}
