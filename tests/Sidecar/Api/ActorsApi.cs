using System.Text;
using System.Text.Json;
using Moodstream.Tests.Sidecar.Actors;
using Moodstream.Tests.Sidecar.PubSub;
using Moodstream.Tests.Sidecar.Redis;
using Moodstream.Tests.Sidecar.Resources;
using Moodstream.Tests.Sidecar.State;

namespace Moodstream.Tests.Sidecar.Api;

/// <summary>/v1.0/actors/… (Dapr's contract, 5.3; 08a-actors).</summary>
internal sealed class ActorsApi : IAsyncDisposable
{
    /// <summary>The double's own: this call was sent on by the sidecar it was made to.</summary>
    private const string Hop = "Double-Hop";

    /// <summary>Databases of their own, so that KEYS of the apps' shows only what daprd would have written.</summary>
    private const int Database = 15;

    private static readonly TimeSpan BetweenRetries = TimeSpan.FromSeconds(1);
    private static readonly string[] NotForwarded = ["host", "connection", "content-length", "content-type", "transfer-encoding", "user-agent", "accept-encoding", "dapr-api-token", "traceparent", "double-hop"];

    private readonly SidecarOptions _options;
    private readonly AppChannel _app;
    private readonly RedisState _store;
    private readonly RedisClient _redis;
    private readonly Placement _placement;
    private readonly ActorHost _host;
    private readonly Timers _timers;
    private readonly Reminders _reminders;
    private readonly CancellationTokenSource _closed = new();
    private readonly HttpClient _peers = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null }) { Timeout = Timeout.InfiniteTimeSpan };
    private bool _isWatching;

    public ActorsApi(SidecarOptions options, AppChannel app, RedisState store, Component component, Func<string> address)
    {
        (_options, _app, _store) = (options, app, store);
        _redis = new(RedisAddress.Of(component), Database);
        _placement = new(_redis, address);
        _host = new(app, _placement, _redis, options.Log);
        _timers = new(_host, app);
        _reminders = new(_host, _placement, _redis, app, options.Log);
        _host.Deactivated = (type, id) => _timers.Remove(k => k.Type == type && k.Id == id);
        _placement.Changed = _host.LeaveMovedAsync;
    }

    /// <summary>How many actors of each type of the app are active.</summary>
    public IReadOnlyDictionary<string, int> Counts => _host.Counts;

    /// <summary>What the app told of its actors; registers their types.</summary>
    public async Task RegisterAsync(JsonElement? config)
    {
        _host.Settings = ActorSettings.Of(config);
        if (_host.Settings.Types.Count == 0)
        {
            return;
        }

        await _placement.JoinAsync(_host.Settings.Types);
        if (!_isWatching)
        {
            _isWatching = true;
            _placement.Start();
            _ = _host.WatchAsync(_closed.Token);
            _ = _reminders.RunAsync(_closed.Token);
        }
    }

    /// <summary>As on SIGTERM, or when the app is not healthy: others take the ids, then all actors are deactivated.</summary>
    public async Task LeaveAsync()
    {
        if (_host.Settings.Types.Count > 0)
        {
            await _placement.LeaveAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _host.LeaveAllAsync();
        }
    }

    public async Task HandleAsync(Call call)
    {
        // v1.0 actors type id kind [name]
        var (type, id) = (call.Segments[2], call.Segments[3]);
        if (id.AsSpan().IndexOfAny("#?/\\") >= 0 || id.Any(char.IsControl))
        {
            await call.ErrorAsync(400, "ERR_BAD_REQUEST", $"invalid request: invalid actorId: name contains forbidden character: \"{id}\"");
            return;
        }

        await ((call.Method, call.Segments[4..]) switch
        {
            ("GET" or "POST" or "PUT" or "DELETE", ["method", .. { Length: > 0 }]) => InvokeAsync(call, type, id),
            ("GET", ["state", var key]) => GetStateAsync(call, type, id, key),
            ("POST" or "PUT", ["state"]) => SaveStateAsync(call, type, id),
            ("POST" or "PUT", ["timers", var name]) => SetTimerAsync(call, type, id, name),
            ("DELETE", ["timers", var name]) => RemoveTimerAsync(call, type, id, name),
            ("POST" or "PUT" or "GET" or "DELETE", ["reminders", var name]) => ReminderAsync(call, type, id, name),
            _ => call.UnknownAsync(),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _timers.Remove(_ => true);
        await _placement.DisposeAsync();
        _reminders.Dispose();
        _redis.Dispose();
        _peers.Dispose();
    }

    private async Task InvokeAsync(Call call, string type, string id)
    {
        var body = await call.BodyAsync();
        List<(string, string)> headers = [.. call.RequestHeaders.Where(h => !NotForwarded.Contains(h.Key.ToLowerInvariant())).Select(h => (h.Key, h.Value.ToString()))];
        headers.Add(("Traceparent", call.Header("traceparent") ?? Trace.Zero));
        if (call.Header(Hop) is null)
        {
            headers.AddRange([("Dapr-Api-Call", "true"), ("Dapr-Caller-App-Id", _options.AppId), ("Dapr-Caller-Namespace", "default")]);
        }

        // Who hosts nothing does not watch who does.
        await (_placement.Hosts(type) ? Task.CompletedTask : _placement.RefreshAsync());
        for (var retry = 0; ; retry++)
        {
            var host = _placement.HostOf(type, id);
            for (var look = 0; host is null && look < 5; look++)
            {
                await Task.Delay(BetweenRetries, TimeProvider.System, call.Aborted);
                await _placement.RefreshAsync();
                host = _placement.HostOf(type, id);
            }

            if (host is null)
            {
                await FailedAsync(call, $"failed to lookup actor: api error: code = FailedPrecondition desc = did not find address for actor '{type}/{id}'");
                return;
            }

            if (host.Id == _placement.Id)
            {
                await InvokeHereAsync(call, type, id, headers, body);
                return;
            }

            if (await SendOnAsync(call, host, headers, body))
            {
                return;
            }

            // Gone, or not its host any more: look again, and only when nothing has changed, wait.
            if (retry == 3)
            {
                await FailedAsync(call, $"dial tcp {host.Address}: connect: connection refused");
                return;
            }

            await _placement.RefreshAsync();
            if (_placement.HostOf(type, id)?.Id == host.Id)
            {
                await Task.Delay(BetweenRetries, TimeProvider.System, call.Aborted);
                await _placement.RefreshAsync();
            }
        }
    }

    private async Task InvokeHereAsync(Call call, string type, string id, List<(string, string)> headers, byte[] body)
    {
        // Past v1.0.
        var path = $"/{string.Join('/', call.RawSegments[1..])}";
        AppAnswer answer;
        try
        {
            answer = await _host.TurnAsync(type, id, () => _app.CallAsync("PUT", path + Query(call), headers, body, call.Header("Content-Type")));
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or RedisUnreachableException)
        {
            await FailedAsync(call, $"Put \"http://127.0.0.1:{_options.AppPort}{path}\": EOF");
            return;
        }

        if (answer.Status != 200)
        {
            await FailedAsync(call, answer.Status == 404
                ? $"actor method not found: {path[1..]}"
                : $"error from actor service: ({answer.Status}) {Encoding.UTF8.GetString(answer.Body)}");
            return;
        }

        foreach (var (name, value) in answer.Headers.Where(h => h.Name is not ("Content-Length" or "Date" or "Transfer-Encoding" or "Connection" or "Content-Type" or "Server")))
        {
            call.AppendHeader(AppChannel.Canonical(name), value);
        }

        await call.AnswerAsync(200, answer.Body, answer.Headers.FirstOrDefault(h => h.Name == "Content-Type").Value);
    }

    /// <summary>Lets another sidecar answer; false: it is not there or not the host.</summary>
    private async Task<bool> SendOnAsync(Call call, ActorPeer host, List<(string, string)> headers, byte[] body)
    {
        if (call.Header(Hop) is not null)
        {
            // Sent here by one who took this for the host: it must look again.
            call.SetHeader(Hop, "moved");
            await call.EmptyAsync(503);
            return true;
        }

        using var request = new HttpRequestMessage(new(call.Method), new Uri($"http://{host.Address}/{string.Join('/', call.RawSegments)}{Query(call)}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", call.Header("Content-Type"));
        foreach (var (name, value) in headers.Append((Hop, "true")).Append(("dapr-api-token", _options.ApiToken)))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var answer = await _peers.SendAsync(request, call.Aborted);
            if (answer.Headers.Contains(Hop))
            {
                return false;
            }

            var content = await answer.Content.ReadAsByteArrayAsync(call.Aborted);
            foreach (var header in answer.Headers.Where(h => h.Key is not ("Date" or "Transfer-Encoding" or "Traceparent")))
            {
                call.SetHeader(header.Key, string.Join(", ", header.Value));
            }

            await call.AnswerAsync((int)answer.StatusCode, content, answer.Content.Headers.ContentType?.ToString());
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static string Query(Call call) => call.Query.Length > 0 ? $"?{call.Query}" : "";

    private static Task FailedAsync(Call call, string why) => call.ErrorAsync(500, "ERR_ACTOR_INVOKE_METHOD", $"error invoke actor method: {why}");

    private string KeyOf(string type, string id, string key) => $"{_options.AppId}||{type}||{id}||{key}";

    private async Task GetStateAsync(Call call, string type, string id, string key) =>
        await (await _store.GetAsync(KeyOf(type, id, key)) is { } found ? call.AnswerAsync(200, found.Value) : call.EmptyAsync());

    private async Task SaveStateAsync(Call call, string type, string id)
    {
        if (!_host.IsActive(type, id))
        {
            await call.ErrorAsync(400, "ERR_ACTOR_INSTANCE_MISSING", "actor instance is missing");
            return;
        }

        try
        {
            using var json = await call.JsonBodyAsync();
            var items = StateApi.Operations(json.RootElement, key => KeyOf(type, id, key));
            if (items.Exists(i => i.Ttl is not null))
            {
                throw new StateException(500, "ttlInSeconds is not supported without the \"ActorStateTTL\" feature enabled");
            }

            await (items.Count > 0 ? _store.TransactAsync(items) : Task.CompletedTask);
            await call.EmptyAsync();
        }
        catch (StateException problem)
        {
            await call.ErrorAsync(500, "ERR_ACTOR_STATE_TRANSACTION_SAVE", $"error saving actor transaction state: {problem.Message}");
        }
    }

    private async Task SetTimerAsync(Call call, string type, string id, string name)
    {
        try
        {
            using var json = await call.JsonBodyAsync();
            _timers.Set(type, id, name, Schedule.Of(json.RootElement));
            await call.EmptyAsync();
        }
        catch (FormatException problem)
        {
            await call.ErrorAsync(500, "ERR_ACTOR_TIMER_CREATE", $"error creating actor timer: {problem.Message}");
        }
    }

    private Task RemoveTimerAsync(Call call, string type, string id, string name)
    {
        _timers.Remove(k => k == (type, id, name));
        return call.EmptyAsync();
    }

    private async Task ReminderAsync(Call call, string type, string id, string name)
    {
        if (!_placement.Hosts(type))
        {
            await call.ErrorAsync(403, "ERR_ACTOR_REMINDER_NON_HOSTED", "operations on actor reminders are only possible on hosted actor types");
            return;
        }

        switch (call.Method)
        {
            case "GET":
                await (await _reminders.GetAsync(type, id, name) is { } found ? call.JsonAsync(200, found)
                    : call.ErrorAsync(404, "ERR_ACTOR_REMINDER_NOT_FOUND", $"actor reminder not found: {name}"));
                break;
            case "DELETE":
                await _reminders.RemoveAsync(type, id, name);
                await call.EmptyAsync();
                break;
            default:
                try
                {
                    using var json = await call.JsonBodyAsync();
                    await (await _reminders.SetAsync(type, id, name, Schedule.Of(json.RootElement)) ? call.EmptyAsync()
                        : call.ErrorAsync(409, "ERR_ACTOR_REMINDER_ALREADY_EXISTS", $"actor reminder already exists: {name}"));
                }
                catch (FormatException problem)
                {
                    await call.ErrorAsync(500, "ERR_ACTOR_REMINDER_CREATE", $"error creating actor reminder: {problem.Message}");
                }

                break;
        }
    }
}
