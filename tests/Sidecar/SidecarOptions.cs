namespace Moodstream.Tests.Sidecar;

/// <summary>How a sidecar runs: daprd's flags, with its defaults (Dapr's contract, 5.7).</summary>
public sealed record SidecarOptions
{
    public required string AppId { get; init; }

    /// <summary>Where the app listens on 127.0.0.1; 0: there is none.</summary>
    public int AppPort { get; init; }

    /// <summary>http, or grpc, which is only proxied to.</summary>
    public string AppProtocol { get; init; } = "http";

    /// <summary>0: any free port.</summary>
    public int HttpPort { get; init; }

    public int GrpcPort { get; init; }

    public int InternalPort { get; init; }

    public IReadOnlyList<string> ResourcesPaths { get; init; } = [];

    public IReadOnlyList<string> ConfigFiles { get; init; } = [];

    /// <summary>Resources as texts, before those of the folders.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Not empty: actors are on. The double's placement is the Redis of the actor store, whatever the address.</summary>
    public string PlacementAddress { get; init; } = "";

    /// <summary>Told in the metadata; reminders are on where actors are.</summary>
    public string SchedulerAddress { get; init; } = "";

    /// <summary>Of a message of gRPC.</summary>
    public int MaxBodySize { get; init; } = 4 * 1024 * 1024;

    public bool AppHealthCheck { get; init; }

    public TimeSpan AppHealthInterval { get; init; } = TimeSpan.FromSeconds(5);

    public int AppHealthThreshold { get; init; } = 3;

    public TimeSpan GracefulShutdown { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What callers of the API must send (DAPR_API_TOKEN); empty: nothing.</summary>
    public string ApiToken { get; init; } = "";

    /// <summary>What the app is sent (APP_API_TOKEN); empty: nothing.</summary>
    public string AppToken { get; init; } = "";

    /// <summary>The double's own: a folder in which sidecars write where they are, in place of mDNS; empty: none.</summary>
    public string NamesFolder { get; init; } = "";

    public Faults Faults { get; init; } = new();

    /// <summary>Where log lines go.</summary>
    public Action<string> Log { get; init; } = _ => { };
}
