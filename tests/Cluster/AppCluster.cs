using System.Globalization;
using AppIds = Moodstream.Contracts.Apps;

namespace Moodstream.Tests.Cluster;

/// <summary>
/// The services as Dapr apps: a redis-server, and for each app its process and a sidecar, on ports of 127.0.0.1.
/// </summary>
public sealed class AppCluster : IAsyncDisposable
{
    private readonly ClusterOptions _options;
    private readonly Dictionary<string, App> _apps = new(StringComparer.Ordinal);
    private readonly List<ServiceProcess> _controlPlane = [];
    private readonly SidecarCommand _sidecar;

    private AppCluster(ClusterOptions options, RedisServer redis)
    {
        _options = options;
        Redis = redis;
        var ports = Ports.Free(2);
        _sidecar = new SidecarCommand(options.OnDaprd, ClusterResources.Write(options, redis.Port), ports[0], ports[1]);
    }

    /// <summary>The broker and state store.</summary>
    public RedisServer Redis { get; }

    /// <summary>Every app by its name; the second classifier is <c>classifier2</c>.</summary>
    public IReadOnlyDictionary<string, App> Apps => _apps;

    /// <summary>Most memory of each process, in bytes.</summary>
    public IEnumerable<(string Name, long Bytes)> PeakBytes => _apps.Values
        .SelectMany(a => new[] { a.Service, a.Sidecar })
        .Select(p => (p.Name, p.PeakBytes));

    /// <summary>Starts everything but the ingestor, and waits until the apps answer.</summary>
    public static async Task<AppCluster> StartAsync(ClusterOptions options)
    {
        var redis = await RedisServer.StartAsync([.. options.Redis]);
        var cluster = new AppCluster(options, redis);
        try
        {
            cluster.StartControlPlane();
            cluster.AddApps();
            foreach (var app in cluster._apps.Values.Where(a => a.Service.Name != AppIds.Ingestor))
            {
                app.Start();
            }

            await Task.WhenAll(cluster._apps.Values.Where(a => a.Service.Name != AppIds.Ingestor).Select(WaitAsync));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until an app answers.</summary>
    public static Task WaitAsync(App app) => WaitAsync(app.Service, $"http://127.0.0.1:{app.Port}/health/live");

    /// <summary>Waits until a program answers at an address.</summary>
    /// <exception cref="InvalidOperationException">It does not within a minute.</exception>
    public static async Task WaitAsync(ServiceProcess process, string health)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(health));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // Not yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        throw new InvalidOperationException($"{process.Name} does not answer:\n{process.LastLines}");
    }

    /// <summary>Waits until the sidecar of an app answers.</summary>
    public static Task WaitForSidecarAsync(App app) =>
        WaitAsync(app.Sidecar, $"http://127.0.0.1:{app.SidecarPort}/v1.0/healthz/outbound");

    /// <summary>The command of a program of this repository.</summary>
    public static IReadOnlyList<string> Program(string project) =>
        ["dotnet", Path.Combine(Repository.Root, "artifacts", "bin", $"Moodstream.{project}", "release", $"Moodstream.{project}.dll")];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps.Values)
        {
            app.Dispose();
        }

        _controlPlane.ForEach(p => p.Dispose());
        await Redis.DisposeAsync();
    }

    // The double needs none: it keeps what these keep in Redis.
    private void StartControlPlane()
    {
        if (!_options.OnDaprd)
        {
            return;
        }

        var ports = Ports.Free(7);
        Start("placement", Daprd.PlacementCommand(_sidecar.Placement, ports[0], ports[1], ports[2]));
        Start("scheduler", Daprd.SchedulerCommand(
            _sidecar.Scheduler, ports[3], ports[4], ports[5], ports[6], Path.Combine(_options.Folder, "scheduler")));

        void Start(string name, string[] command)
        {
            var process = new ServiceProcess(name, command, new Dictionary<string, string>(), Log(name));
            _controlPlane.Add(process);
            process.Start();
        }
    }

    private void AddApps()
    {
        if (_options.Models is null && !_options.ComputesInClassifier)
        {
            AddModelServer();
        }

        for (var i = 1; i <= _options.Classifiers; i++)
        {
            Add(i == 1 ? AppIds.Classifier : $"{AppIds.Classifier}{i}", AppIds.Classifier, "Classifier", ClassifierSettings(i - 1));
        }

        if (_options.HasSinks)
        {
            Add(AppIds.Trends, AppIds.Trends, "Trends", []);
            Add(AppIds.Relay, AppIds.Relay, "Relay", new() { ["Moodstream__Relay__Redis"] = $"127.0.0.1:{Redis.Port}" });
            Add(AppIds.Dashboard, AppIds.Dashboard, "Dashboard", []);
        }

        Add(AppIds.Ingestor, AppIds.Ingestor, "Ingestor", new(
            _options.Track.Select((word, i) => KeyValuePair.Create($"Moodstream__Ingestor__Track__{i}", word)))
        {
            ["Moodstream__Ingestor__Source"] = $"file:{_options.Posts}",
            ["Moodstream__Ingestor__PostsPerSecond"] = _options.PostsPerSecond.ToString(CultureInfo.InvariantCulture),
            ["Moodstream__Ingestor__ProcessingTimeout"] = $"{_options.ProcessingTimeout}",
            ["Moodstream__Ingestor__RedeliverInterval"] = $"{_options.RedeliverInterval}",
            ["Moodstream__Ingestor__StatusInterval"] = $"{_options.StatusInterval}",
            ["Moodstream__Ingestor__LeaseDuration"] = "00:00:05",
        });
    }

    private Dictionary<string, string> ClassifierSettings(int index) =>
        _options.ComputesInClassifier ? []
        : _options.Models is { } models ? new() { ["Moodstream__Classifier__ModelEndpoint"] = $"{models[index % models.Count]}" }
        : new() { ["Moodstream__Classifier__ModelAppId"] = AppIds.Bert };

    // Its sidecar calls it by gRPC; health is REST's.
    private void AddModelServer()
    {
        var ports = Ports.Free(2);
        Add(
            AppIds.Bert,
            AppIds.Bert,
            "ModelServer",
            new()
            {
                ["Moodstream__ModelServer__GrpcPort"] = $"{ports[0]}",
                ["Moodstream__ModelServer__RestPort"] = $"{ports[1]}",
                ["Moodstream__ModelServer__ModelBase"] = Path.Combine(Repository.Root, "models", "tweet-sentiment"),
            },
            port: ports[0],
            healthPort: ports[1],
            protocol: "grpc");
    }

    private void Add(string name, string appId, string project, Dictionary<string, string> settings)
    {
        var port = Ports.Free();
        settings["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        settings["APP_PORT"] = $"{port}";
        Add(name, appId, project, settings, port, port, "http");
    }

    private void Add(
        string name, string appId, string project, Dictionary<string, string> settings, int port, int healthPort, string protocol)
    {
        var ports = Ports.Free(4);
        var (http, grpc) = (ports[0], ports[1]);
        var environment = new Dictionary<string, string>(settings)
        {
            ["DAPR_HTTP_PORT"] = $"{http}",
            ["DAPR_GRPC_PORT"] = $"{grpc}",
            ["Moodstream__Sidecar__AnswerLimit"] = $"{_options.ProcessingTimeout * 0.75}", // as shipped: 15 s of 20, and 12 s
            ["Moodstream__Sidecar__PublishTimeout"] = $"{_options.ProcessingTimeout * 0.6}",
            ["Logging__LogLevel__Default"] = "Information",
            ["Logging__LogLevel__Microsoft"] = "Warning",
        };
        var service = new ServiceProcess(name, Program(project), environment, Log(name));
        var sidecar = new ServiceProcess(
            $"{name}-sidecar", _sidecar.For(appId, port, protocol, http, grpc, ports[2..]), new Dictionary<string, string>(), Log($"{name}-sidecar"));
        _apps[name] = new App(service, sidecar, healthPort, http);
    }

    private string Log(string name) => Path.Combine(_options.Folder, $"{name}.log");
}
