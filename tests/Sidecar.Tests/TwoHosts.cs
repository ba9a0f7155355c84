using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Moodstream.Sidecar.Tests.Replays;
using Moodstream.Tests.Sidecar;

namespace Moodstream.Sidecar.Tests;

/// <summary>Two apps with a sidecar each, hosting one type of actor: the set-up of 08c-actors-two-hosts.</summary>
internal sealed class TwoHosts : IAsyncDisposable
{
    public const int Ids = 40;

    private readonly Recording _recording = Recording.Load("08c-actors-two-hosts");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };
    private readonly Dictionary<string, (RawApp App, SidecarDouble? Sidecar)> _hosts = [];
    private RedisServer _redis = null!; // made by StartAsync

    /// <summary>Deactivations as the apps got them, each with its host and headers.</summary>
    public ConcurrentQueue<(string Host, RawRequest Request)> Deactivations { get; } = new();

    /// <summary>The most calls that were in one actor at once, over both apps.</summary>
    public int MostInOneActor { get; private set; }

    public static async Task<TwoHosts> StartAsync()
    {
        var hosts = new TwoHosts { _redis = await RedisServer.StartAsync() };
        foreach (var name in new[] { "a", "b" })
        {
            var app = new RawApp((request, _) => hosts.AnswerAsync(name, request));
            app.Listen();
            hosts._hosts[name] = (app, null);
        }

        await Task.WhenAll(hosts.StartHostAsync("a"), hosts.StartHostAsync("b"));
        await hosts.UntilSpreadAsync();
        hosts.Deactivations.Clear();
        return hosts;
    }

    public async Task StartHostAsync(string name, string recordedAs = "")
    {
        var setup = _recording.Sidecars.Single(s => s.Name == $"daprd-{(recordedAs.Length > 0 ? recordedAs : name)}");
        List<string> flags = [.. setup.Flags.Select(f => f.StartsWith("<app-port", StringComparison.Ordinal) ? $"{_hosts[name].App.Port}" : f.StartsWith("<daprd", StringComparison.Ordinal) ? "0" : f)];
        flags.RemoveRange(flags.IndexOf("--resources-path"), 2);
        var options = Flags.Parse(flags, _ => null, _ => { }) with { Resources = [.. setup.Resources.Select(r => r.Replace("<redis-port>", $"{_redis.Port}", StringComparison.Ordinal))] };
        _hosts[name] = (_hosts[name].App, await SidecarDouble.StartAsync(options));
        await Replay.Until(async () => (await _http.GetStringAsync(new Uri(Sidecar(name).HttpEndpoint, "v1.0/metadata"))).Contains("\"hostReady\":true", StringComparison.Ordinal), "the host to be ready");
    }

    public SidecarDouble Sidecar(string name) => _hosts[name].Sidecar!;

    public RawApp App(string name) => _hosts[name].App;

    /// <summary>Calls every id through one sidecar at once: which host answered, and after how long; an answer other than 200 is tried again each 100 ms.</summary>
    public async Task<IReadOnlyDictionary<int, (string Host, double Seconds, int Refused)>> CallAllAsync(string through)
    {
        var began = Environment.TickCount64;
        var answers = await Task.WhenAll(Enumerable.Range(0, Ids).Select(async id =>
        {
            for (var refused = 0; ; refused++)
            {
                using var answer = await _http.PostAsync(new Uri(Sidecar(through).HttpEndpoint, $"v1.0/actors/Counter/id{id}/method/where"), null);
                if (answer.IsSuccessStatusCode)
                {
                    return (id, Host: (await answer.Content.ReadAsStringAsync())[9..10], Seconds: (Environment.TickCount64 - began) / 1000.0, refused);
                }

                Assert.Equal(System.Net.HttpStatusCode.InternalServerError, answer.StatusCode);
                Assert.StartsWith("{\"errorCode\":\"ERR_ACTOR_INVOKE_METHOD\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
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

    private async Task<int> ActiveAsync(string name)
    {
        using var metadata = JsonDocument.Parse(await _http.GetStringAsync(new Uri(Sidecar(name).HttpEndpoint, "v1.0/metadata")));
        return metadata.RootElement.GetProperty("actors")[0].TryGetProperty("count", out var count) ? count.GetInt32() : 0;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (app, sidecar) in _hosts.Values)
        {
            await (sidecar?.DisposeAsync() ?? ValueTask.CompletedTask);
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
}
