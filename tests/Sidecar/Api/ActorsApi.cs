using System.Text.Json;
using System.Text.Json.Nodes;
using Moodstream.Tests.Sidecar.Actors;
using Moodstream.Tests.Sidecar.PubSub;
using Moodstream.Tests.Sidecar.Redis;
using Moodstream.Tests.Sidecar.Resources;
using Moodstream.Tests.Sidecar.State;

namespace Moodstream.Tests.Sidecar.Api;

/// <summary>/v1.0/actors/… (Dapr's contract, 5.3; 08a-actors, 08b-actors-no-control-plane, 08d-actor-state).</summary>
internal sealed class ActorsApi : IAsyncDisposable
{
    /// <summary>The double's own: this call was sent on by the sidecar it was made to.</summary>
    public const string Hop = "Double-Hop";

    /// <summary>Databases of their own, so that KEYS of the apps' shows only what daprd would have written.</summary>
    private const int Database = 15;

    private static readonly TimeSpan BetweenRetries = TimeSpan.FromSeconds(1);
    private static readonly string[] NotForwarded = ["host", "connection", "content-length", "content-type", "transfer-encoding", "user-agent", "accept-encoding", "dapr-api-token", "traceparent", "double-hop"];

    private readonly SidecarOptions _options;
    private readonly SidecarResources _resources;
    private readonly AppChannel _app;
    private readonly RedisState? _store;
    private readonly RedisClient _redis;
    private readonly Placement _placement;
    private readonly ActorHost _host;
    private readonly Timers _timers;
    private readonly Reminders _reminders;
    private readonly CancellationTokenSource _closed = new();
    private readonly HttpClient _peers = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null }) { Timeout = Timeout.InfiniteTimeSpan };

    public ActorsApi(SidecarOptions options, SidecarResources resources, AppChannel app, RedisState? store, Component? component, int httpPort)
    {
        (_options, _resources, _app, _store) = (options, resources, app, store);
        _redis = new(component is null ? new("127.0.0.1", 0, 0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(1)) : RedisAddress.Of(component), Database);
        _placement = new(_redis, $"127.0.0.1:{httpPort}");
        _host = new(app, _placement, _redis, options.Log);
        _timers = new(_host, app);
        _reminders = new(_host, _placement, _redis, app, options.Log);
        _host.Deactivated = _timers.RemoveAll;
        _placement.Changed = _host.LeaveMovedAsync;
    }

    private bool On => _options.PlacementAddress.Length > 0;

    private bool Hosting => On && _store is not null && _host.Settings.Types.Count > 0;

    /// <summary>What the app told of its actors; registers their types when there is a store for them.</summary>
    public async Task RegisterAsync(JsonElement? config)
    {
        _host.Settings = ActorSettings.Of(config);
        if (On && _store is not null)
        {
            if (!_started)
            {
                _started = true;
                _placement.Start();
                _ = _host.WatchAsync(_closed.Token);
                _ = _options.SchedulerAddress.Length > 0 ? _reminders.RunAsync(_closed.Token) : Task.CompletedTask;
            }

            if (_host.Settings.Types.Count > 0)
            {
                await _placement.JoinAsync(_host.Settings.Types);
            }
        }
    }

    private bool _started;

    /// <summary>The app is not healthy: its types are taken elsewhere.</summary>
    public async Task ForgetAsync()
    {
        if (Hosting)
        {
            await _placement.LeaveAsync();
            await _host.LeaveAllAsync();
        }
    }

    public JsonObject Describe(bool ready)
    {
        var runtime = new JsonObject { ["runtimeStatus"] = !ready ? "INITIALIZING" : On ? "RUNNING" : "DISABLED" };
        if (On && ready && _host.Settings.Types.Count > 0)
        {
            runtime["activeActors"] = new JsonArray([.. _host.Counts.Select(c =>
                c.Value > 0 ? new JsonObject { ["type"] = c.Key, ["count"] = c.Value } : new JsonObject { ["type"] = c.Key })]);
        }

        runtime["hostReady"] = On && ready;
        if (ready)
        {
            runtime["placement"] = On ? "placement: connected" : "placement: disconnected";
        }

        return runtime;
    }

    public async Task HandleAsync(Call call)
    {
        if (!On)
        {
            await call.ErrorAsync(400, "ERR_ACTOR_NO_PLACEMENT", "placement service is not configured");
            return;
        }

        // v1.0 actors type id kind [name]
        var (type, id) = (call.Segments[2], call.Segments[3]);
        if (id.AsSpan().IndexOfAny("#?/\\") >= 0 || id.Any(char.IsControl))
        {
            await call.ErrorAsync(400, "ERR_BAD_REQUEST", $"invalid request: invalid actorId: name contains forbidden character: \"{id}\"");
            return;
        }

        await ((call.Method, call.Segments[4..]) switch
        {
            ("GET" or "POST" or "PUT" or "DELETE", ["method", .. { Length: > 0 } method]) => InvokeAsync(call, type, id, string.Join('/', call.RawSegments[5..])),
            ("GET", ["state", var key]) => GetStateAsync(call, type, id, key),
            ("POST" or "PUT", ["state"]) => SaveStateAsync(call, type, id),
            ("POST" or "PUT", ["timers", var name]) => SetTimerAsync(call, type, id, name),
            ("DELETE", ["timers", var name]) => RemoveTimerAsync(call, type, id, name),
            ("POST" or "PUT" or "GET" or "DELETE", ["reminders", var name]) => ReminderAsync(call, type, id, name),
            _ => call.UnknownAsync(),
        });
    }

    /// <summary>Leaves as on SIGTERM: others take the ids, then all actors are deactivated.</summary>
    public async Task StopAsync()
    {
        if (Hosting)
        {
            await _placement.LeaveAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _timers.Clear();
            await _host.LeaveAllAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _timers.Clear();
        await _placement.DisposeAsync();
        _redis.Dispose();
        _peers.Dispose();
    }

    private async Task InvokeAsync(Call call, string type, string id, string method)
    {
        var body = await call.BodyAsync() ?? [];
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
                await InvokeHereAsync(call, type, id, method, body);
                return;
            }

            if (await SendOnAsync(call, host, body))
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

    private async Task InvokeHereAsync(Call call, string type, string id, string method, byte[] body)
    {
        List<(string, string)> headers = [.. call.RequestHeaders.Where(h => !NotForwarded.Contains(h.Key.ToLowerInvariant())).Select(h => (h.Key, h.Value.ToString()))];
        if (call.Header(Hop) is null)
        {
            headers.AddRange([("Dapr-Api-Call", "true"), ("Dapr-Caller-App-Id", _options.AppId), ("Dapr-Caller-Namespace", "default")]);
        }

        headers.Add(("Traceparent", call.Header("traceparent") is { Length: 55 } parent ? parent : Trace.Zero));
        var path = $"/actors/{call.RawSegments[2]}/{call.RawSegments[3]}/method/{method}{(call.Query.Length > 0 ? $"?{call.Query}" : "")}";
        AppAnswer answer;
        try
        {
            answer = await _host.TurnAsync(type, id, () => _app.CallAsync("PUT", path, headers, body, call.Header("Content-Type")));
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or RedisUnreachableException)
        {
            await FailedAsync(call, $"Put \"http://127.0.0.1:{_options.AppPort}{path}\": EOF");
            return;
        }

        if (answer.Status != 200)
        {
            await FailedAsync(call, answer.Status == 404
                ? $"actor method not found: {path[1..].Split('?')[0]}"
                : $"error from actor service: ({answer.Status}) {System.Text.Encoding.UTF8.GetString(answer.Body)}");
            return;
        }

        foreach (var (name, value) in answer.Headers.Where(h => h.Name is not ("Content-Length" or "Date" or "Transfer-Encoding" or "Connection" or "Content-Type" or "Server")))
        {
            call.AppendHeader(AppChannel.Canonical(name), value);
        }

        await call.AnswerAsync(200, answer.Body, answer.Headers.FirstOrDefault(h => h.Name == "Content-Type").Value);
    }

    /// <summary>Lets another sidecar answer; false: it is not there or not the host.</summary>
    private async Task<bool> SendOnAsync(Call call, ActorPeer host, byte[] body)
    {
        if (call.Header(Hop) is not null)
        {
            // Sent here by one who took this for the host: it must look again.
            call.SetHeader(Hop, "moved");
            await call.EmptyAsync(503);
            return true;
        }

        using var request = new HttpRequestMessage(new(call.Method), new Uri($"http://{host.Address}/{string.Join('/', call.RawSegments)}{(call.Query.Length > 0 ? $"?{call.Query}" : "")}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true })) { Content = new ByteArrayContent(body) };
        foreach (var header in call.RequestHeaders.Where(h => h.Key.ToLowerInvariant() is not ("host" or "connection" or "content-length" or "transfer-encoding")))
        {
            if (!request.Headers.TryAddWithoutValidation(header.Key, header.Value.ToString()))
            {
                request.Content.Headers.TryAddWithoutValidation(header.Key, header.Value.ToString());
            }
        }

        foreach (var (name, value) in new[] { (Hop, "true"), ("Dapr-Api-Call", "true"), ("Dapr-Caller-App-Id", _options.AppId), ("Dapr-Caller-Namespace", "default"), ("dapr-api-token", _options.ApiToken) })
        {
            request.Headers.Remove(name);
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

    private static Task FailedAsync(Call call, string why) => call.ErrorAsync(500, "ERR_ACTOR_INVOKE_METHOD", $"error invoke actor method: {why}");

    private string KeyOf(string type, string id, string key) => $"{_options.AppId}||{type}||{id}||{key}";

    private async Task GetStateAsync(Call call, string type, string id, string key)
    {
        if (_store is null)
        {
            await call.ErrorAsync(500, "ERR_ACTOR_RUNTIME_NOT_FOUND", "the state store is not configured to use the actor runtime");
            return;
        }

        try
        {
            await (await _store.GetAsync(KeyOf(type, id, key)) is { } found ? call.AnswerAsync(200, found.Value) : call.EmptyAsync());
        }
        catch (RedisUnreachableException problem)
        {
            await call.ErrorAsync(500, "ERR_ACTOR_STATE_GET", $"error getting actor state: {problem.Message}");
        }
    }

    private async Task SaveStateAsync(Call call, string type, string id)
    {
        if (_store is null || !_host.IsActive(type, id))
        {
            await call.ErrorAsync(400, "ERR_ACTOR_INSTANCE_MISSING", "actor instance is missing");
            return;
        }

        try
        {
            using var json = GoJson.Parse(await call.BodyAsync() ?? []);
            List<StateItem> items = [];
            foreach (var operation in json.RootElement.EnumerateArray())
            {
                var request = operation.GetProperty("request");
                if (!request.TryGetProperty("key", out var key) || key.GetString() is not { Length: > 0 })
                {
                    throw new StateException(500, "missing key");
                }

                var item = StateApi.ItemOf(request, k => KeyOf(type, id, k), new Dictionary<string, string>());
                if (item.Ttl is not null && !_resources.ActorStateTtl)
                {
                    throw new StateException(500, "ttlInSeconds is not supported without the \"ActorStateTTL\" feature enabled");
                }

                items.Add(operation.GetProperty("operation").GetString() == "delete" ? item with { Value = null } : item);
            }

            await (items.Count > 0 ? _store.TransactAsync(items) : Task.CompletedTask);
            await call.EmptyAsync();
        }
        catch (GoJsonException problem)
        {
            await call.ErrorAsync(400, "ERR_MALFORMED_REQUEST", $"failed deserializing HTTP body: {problem.Message}");
        }
        catch (Exception problem) when (problem is StateException or RedisUnreachableException or RedisRefusedException or TimeoutException)
        {
            await call.ErrorAsync(500, "ERR_ACTOR_STATE_TRANSACTION_SAVE", $"error saving actor transaction state: {problem.Message}");
        }
    }

    private async Task SetTimerAsync(Call call, string type, string id, string name)
    {
        try
        {
            using var json = GoJson.Parse(await call.BodyAsync() ?? []);
            if (!_placement.Hosts(type))
            {
                throw new FormatException($"can't create timer for actor {type}||{id}: actor type not registered");
            }

            _timers.Set(type, id, name, Schedule.Of(json.RootElement, reminder: false));
            await call.EmptyAsync();
        }
        catch (GoJsonException problem)
        {
            await call.ErrorAsync(400, "ERR_MALFORMED_REQUEST", $"failed deserializing HTTP body: {problem.Message}");
        }
        catch (FormatException problem)
        {
            await call.ErrorAsync(500, "ERR_ACTOR_TIMER_CREATE", $"error creating actor timer: {problem.Message}");
        }
    }

    private Task RemoveTimerAsync(Call call, string type, string id, string name)
    {
        _timers.Remove(type, id, name);
        return call.EmptyAsync();
    }

    private async Task ReminderAsync(Call call, string type, string id, string name)
    {
        if (!_placement.Hosts(type))
        {
            await call.ErrorAsync(403, "ERR_ACTOR_REMINDER_NON_HOSTED", "operations on actor reminders are only possible on hosted actor types");
            return;
        }

        if (_options.SchedulerAddress.Length == 0)
        {
            await call.ErrorAsync(500, "ERR_ACTOR_REMINDER_CREATE", "error creating actor reminder: scheduler clients are disabled");
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
                    using var json = GoJson.Parse(await call.BodyAsync() ?? []);
                    await (await _reminders.SetAsync(type, id, name, Schedule.Of(json.RootElement, reminder: true)) ? call.EmptyAsync()
                        : call.ErrorAsync(409, "ERR_ACTOR_REMINDER_ALREADY_EXISTS", $"actor reminder already exists: {name}"));
                }
                catch (GoJsonException problem)
                {
                    await call.ErrorAsync(400, "ERR_MALFORMED_REQUEST", $"failed deserializing HTTP body: {problem.Message}");
                }
                catch (Exception problem) when (problem is FormatException or RedisUnreachableException)
                {
                    await call.ErrorAsync(500, "ERR_ACTOR_REMINDER_CREATE", $"error creating actor reminder: {problem.Message}");
                }

                break;
        }
    }
}
