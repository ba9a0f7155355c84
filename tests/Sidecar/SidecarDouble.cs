using Moodstream.Tests.Sidecar.Api;
using Moodstream.Tests.Sidecar.Invocation;
using Moodstream.Tests.Sidecar.PubSub;
using Moodstream.Tests.Sidecar.Resources;
using Moodstream.Tests.Sidecar.State;

namespace Moodstream.Tests.Sidecar;

/// <summary>
/// A double of the parts of daprd 1.18.3 that Moodstream uses, over a real Redis. That it does as the real one did is
/// proven by replaying recordings of it (Sidecar.Tests; tests/data/dapr-traces).
/// </summary>
public sealed class SidecarDouble : IAsyncDisposable
{
    private readonly SidecarOptions _options;
    private readonly Dictionary<string, RedisStreams> _pubSubs = [];
    private readonly Dictionary<string, RedisState> _stores = [];
    private readonly AppChannel _app;
    private readonly SubscriptionHost _subscriptions;
    private readonly AppLink _link;
    private readonly ApiServer _server;
    private readonly PublishApi _publish;
    private readonly StateApi _state;
    private readonly MetadataApi _metadata;
    private readonly Names _names;
    private readonly GrpcProxy _grpc;
    private readonly ActorsApi? _actors;
    private readonly CancellationTokenSource _closed = new();

    private SidecarDouble(SidecarOptions options)
    {
        _options = options;
        var resources = SidecarResources.Load(options);
        _app = new(options);
        _names = new(options);
        _grpc = new(options, resources, _names);
        _server = new(options, AnswerAsync, _grpc.HandleAsync);
        foreach (var component in resources.Components)
        {
            if (component.Type == "pubsub.redis")
            {
                _pubSubs[component.Name] = new(component, options.AppId, options.Faults, options.Log);
                continue;
            }

            var store = _stores[component.Name] = new(component, options.AppId);
            if (component["actorStateStore"] == "true" && options.PlacementAddress.Length > 0)
            {
                _actors = new(options, _app, store, component, () => $"127.0.0.1:{HttpPort}");
            }
        }

        var publisher = new Publisher(resources, _pubSubs);
        _subscriptions = new(options, resources, _app, publisher, _pubSubs);
        _link = new(options, _app, _subscriptions, _actors);
        _publish = new(options, publisher, resources.SamplingRate);
        _state = new(options, _stores);
        _metadata = new(options, resources, _subscriptions, _link, _actors);
    }

    public int HttpPort => _server.HttpPort;

    public int GrpcPort => _server.GrpcPort;

    /// <summary>Where the HTTP API answers.</summary>
    public Uri HttpEndpoint => new($"http://127.0.0.1:{HttpPort}");

    public Uri GrpcEndpoint => new($"http://127.0.0.1:{GrpcPort}");

    /// <summary>The switches of what it does wrong.</summary>
    public Faults Faults => _options.Faults;

    /// <summary>Loads, opens the ports and looks for the app, without waiting for it; throws where daprd would exit with 1.</summary>
    public static async Task<SidecarDouble> StartAsync(SidecarOptions options, CancellationToken cancellationToken = default)
    {
        var sidecar = new SidecarDouble(options);
        try
        {
            await Task.WhenAll(sidecar._pubSubs.Values.Select(p => p.ProbeAsync()).Concat(sidecar._stores.Values.Select(s => s.ProbeAsync())));
            await sidecar._server.StartAsync(cancellationToken);
            sidecar._names.Publish(sidecar._server.InternalPort);
            _ = sidecar.LinkAsync();
            return sidecar;
        }
        catch
        {
            await sidecar.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends as on SIGTERM: no new deliveries, the API closes, running deliveries get the graceful time (Dapr's contract, 2.11).</summary>
    /// <returns>The exit code: 1 when work was still in hand at the end.</returns>
    public async Task<int> StopAsync()
    {
        _subscriptions.Stop();
        await (_actors?.LeaveAsync() ?? Task.CompletedTask);
        await _server.CloseAsync(TimeSpan.FromMilliseconds(100));
        using var graceful = new CancellationTokenSource(_options.GracefulShutdown, TimeProvider.System);
        while (_subscriptions.Busy > 0 && !graceful.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        var code = _subscriptions.Busy > 0 ? 1 : 0;
        await DisposeAsync();
        return code;
    }

    /// <summary>Ends at once, as on SIGKILL.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        _subscriptions.Stop();
        await _server.DisposeAsync();
        await (_actors?.DisposeAsync() ?? ValueTask.CompletedTask);
        _app.Dispose();
        _grpc.Dispose();
        foreach (var component in _pubSubs.Values)
        {
            await component.DisposeAsync();
        }

        foreach (var store in _stores.Values)
        {
            store.Dispose();
        }
    }

    private async Task LinkAsync()
    {
        try
        {
            await _link.RunAsync(_closed.Token);
        }
        catch (Exception problem) when (!_closed.IsCancellationRequested)
        {
            _options.Log($"app: {problem}");
        }
    }

    private Task AnswerAsync(Call call) => (call.Method, call.Segments) switch
    {
        ("GET", ["v1.0", "healthz"]) when call.Query.Length > 0 && call.Query != $"appid={_options.AppId}" =>
            call.ErrorAsync(500, "ERR_HEALTH_APPID_NOT_MATCH", "dapr app-id does not match"),
        ("GET", ["v1.0", "healthz"]) => _link.Ready ? call.EmptyAsync() : call.ErrorAsync(500, "ERR_HEALTH_NOT_READY", "dapr is not ready: [runtime]"),
        ("GET", ["v1.0", "healthz", "outbound"]) => call.EmptyAsync(),
        ("GET", ["v1.0", "metadata"]) => _metadata.GetAsync(call),
        ("POST", ["double", "faults"]) => FaultsAsync(call),
        ("POST" or "PUT", ["v1.0" or "v1.0-alpha1", "publish", "bulk", { Length: > 0 } pubSub, .. { Length: > 0 } topic]) =>
            _publish.BulkAsync(call, pubSub, string.Join('/', topic)),
        ("POST" or "PUT", ["v1.0", "publish", { Length: > 0 } pubSub, .. { Length: > 0 } topic]) =>
            _publish.SingleAsync(call, pubSub, string.Join('/', topic)),
        (_, ["v1.0", "actors", _, _, _, ..]) when _actors is not null => _actors.HandleAsync(call),
        (_, ["v1.0", "state", _, ..]) => _state.HandleAsync(call),
        ("POST" or "PUT", ["v1.0-alpha1", "state", var store, "query"]) => call.ErrorAsync(500, "ERR_STATE_QUERY",
            $"state store {store} query failed: redis-json server support is required for query capability", (store, "state", ""), "DAPR_STATE_QUERY_FAILED", null),
        _ => call.UnknownAsync(),
    };

    /// <summary>The double's own: sets switches, answers how often it did wrong so far.</summary>
    private async Task FaultsAsync(Call call)
    {
        using var json = await call.JsonBodyAsync();
        Faults.Set(json.RootElement);
        await call.JsonAsync(200, $"{Faults.Count}");
    }
}
