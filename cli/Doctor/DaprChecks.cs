using System.Net.Sockets;

namespace Moodstream.Cli.Doctor;

/// <summary>What <c>dapr run -f dapr.yaml</c> needs, and how to get what is not there.</summary>
/// <param name="places">Where it is looked for.</param>
/// <param name="needed">Whether what is not there is missing, and not just noted.</param>
internal sealed class DaprChecks(DaprPlaces places, bool needed)
{
    private const string NeededFor = "`dapr run -f dapr.yaml`; one process does without";

    // Bulk publish and bulk delivery have had their names since then, and Redis entries their rule of acknowledgement.
    private static readonly Version OldestRuntime = new(1, 17);

    private FindingState Absent => needed ? FindingState.Missing : FindingState.Optional;

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken) =>
    [
        await CliAsync(cancellationToken),
        await RuntimeAsync(cancellationToken),
        await PortAsync("Dapr placement", places.PlacementPort, "actors: the moods of topics", cancellationToken),
        await PortAsync("Dapr scheduler", places.SchedulerPort, "reminders: windows that roll when nothing comes in", cancellationToken),
        .. await RedisChecks.RunAsync(places.Redis, Absent, NeededFor, cancellationToken),
    ];

    private async Task<Finding> CliAsync(CancellationToken cancellationToken)
    {
        const string name = "Dapr CLI";
        if (places.Find("dapr") is not { } program)
        {
            return new(name, Absent, "no 'dapr' on the PATH; https://docs.dapr.io/getting-started/install-dapr-cli/", NeededFor);
        }

        return await ProgramVersion.AskAsync(program, cancellationToken) is { } version
            ? new(name, FindingState.Found, $"{version}, {program}", NeededFor)
            : new(name, Absent, $"{program} does not tell its version; install it anew", NeededFor);
    }

    private async Task<Finding> RuntimeAsync(CancellationToken cancellationToken)
    {
        const string name = "Dapr runtime (daprd)";
        if (places.Find("daprd") is not { } program)
        {
            return new(name, Absent, "no 'daprd' on the PATH or in ~/.dapr/bin; `dapr init` (with Docker) or `dapr init --slim` gets it", NeededFor);
        }

        return await ProgramVersion.AskAsync(program, cancellationToken) switch
        {
            null => new(name, Absent, $"{program} does not tell its version; `dapr init` gets it anew", NeededFor),
            var version when version < OldestRuntime => new(
                name, Absent, $"{version} is too old, {OldestRuntime} is the oldest that works; `dapr uninstall`, then `dapr init`", NeededFor),
            var version => new(name, FindingState.Found, $"{version}, {program}", NeededFor),
        };
    }

    private async Task<Finding> PortAsync(string name, int port, string neededFor, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port, limit.Token);
            return new(name, FindingState.Found, $"somebody listens on port {port}", neededFor);
        }
        catch (Exception e) when (e is SocketException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new(name, Absent, $"nobody listens on port {port}; `dapr init` starts it, after `dapr init --slim` run ~/.dapr/bin/{name.Split(' ')[1]}", neededFor);
        }
    }
}
