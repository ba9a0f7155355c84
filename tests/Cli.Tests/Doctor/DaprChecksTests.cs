using System.Net;
using System.Net.Sockets;
using Moodstream.Cli.Doctor;
using Moodstream.Redis;

namespace Moodstream.Cli.Tests.Doctor;

/// <summary>What the doctor says about Dapr, on machines made up of a folder of programs and some ports.</summary>
public sealed class DaprChecksTests : IDisposable
{
    private const int Nobody = 1;

    private readonly TemporaryFolder _programs = new();
    private readonly TemporaryFolder _home = new();

    public void Dispose()
    {
        _programs.Dispose();
        _home.Dispose();
    }

    [Fact]
    public async Task Run_NothingThere_SaysWhatIsForWhatAndHowToGetIt()
    {
        var findings = await RunAsync(Places(), needed: false);

        Assert.All(findings, f => Assert.Equal(FindingState.Optional, f.State));
        Assert.Contains("install-dapr-cli", Find(findings, "Dapr CLI").Detail, StringComparison.Ordinal);
        Assert.Contains("dapr init --slim", Find(findings, "Dapr runtime (daprd)").Detail, StringComparison.Ordinal);
        Assert.Contains("~/.dapr/bin/placement", Find(findings, "Dapr placement").Detail, StringComparison.Ordinal);
        Assert.Contains("~/.dapr/bin/scheduler", Find(findings, "Dapr scheduler").Detail, StringComparison.Ordinal);
        Assert.Contains("redis://127.0.0.1:1", Find(findings, "Redis").Detail, StringComparison.Ordinal);
        Assert.All(findings, f => Assert.NotEqual("", f.NeededFor));
    }

    [Fact]
    public async Task Run_NothingThereAndDaprAskedFor_IsMissing() =>
        Assert.All(await RunAsync(Places(), needed: true), f => Assert.Equal(FindingState.Missing, f.State));

    [RedisFact]
    public async Task Run_EverythingThere_IsFound()
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes", "--maxmemory-policy", "noeviction");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Program(_programs.Path, "dapr", "echo 'CLI version: 1.18.0'; echo 'Runtime version: 1.18.3'");
        Program(Path.Combine(_home.Path, ".dapr", "bin"), "daprd", "echo 1.18.3");

        var findings = await RunAsync(
            Places() with { PlacementPort = port, SchedulerPort = port, Redis = RedisAddress.Parse(redis.Endpoint) }, needed: true);

        Assert.All(findings, f => Assert.Equal(FindingState.Found, f.State));
        Assert.StartsWith("1.18.0", Find(findings, "Dapr CLI").Detail, StringComparison.Ordinal);
        Assert.StartsWith("1.18.3", Find(findings, "Dapr runtime (daprd)").Detail, StringComparison.Ordinal);
        Assert.EndsWith($"at redis://{redis.Endpoint}", Find(findings, "Redis").Detail, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Run_RedisSetToForget_SaysHowToSetItRight()
    {
        await using var redis = await RedisServer.StartAsync("--maxmemory-policy", "allkeys-lru");

        var findings = await RunAsync(Places() with { Redis = RedisAddress.Parse(redis.Endpoint) }, needed: true);

        Assert.Equal(FindingState.Found, Find(findings, "Redis").State);
        Assert.Equal(FindingState.Missing, Find(findings, "Redis appendonly").State);
        Assert.Equal(FindingState.Missing, Find(findings, "Redis maxmemory-policy").State);
        Assert.StartsWith("allkeys-lru; `redis-cli CONFIG SET maxmemory-policy noeviction`", Find(findings, "Redis maxmemory-policy").Detail, StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Run_RedisThatDoesNotTellItsSettings_IsNoFault()
    {
        await using var redis = await RedisServer.StartAsync("--user", "default", "on", "nopass", "~*", "&*", "+@all", "-config");

        var findings = await RunAsync(Places() with { Redis = RedisAddress.Parse(redis.Endpoint) }, needed: true);

        Assert.Equal(FindingState.Optional, Find(findings, "Redis appendonly").State);
        Assert.Contains("does not tell (NOPERM)", Find(findings, "Redis appendonly").Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo 1.16.9", "1.16.9 is too old")]
    [InlineData("echo edge", "does not tell its version")]
    [InlineData("exit 1", "does not tell its version")]
    public async Task Run_RuntimeThatWillNotDo_SaysWhy(string script, string expected)
    {
        Program(_programs.Path, "daprd", script);

        var finding = Find(await RunAsync(Places(), needed: true), "Dapr runtime (daprd)");

        Assert.Equal(FindingState.Missing, finding.State);
        Assert.Contains(expected, finding.Detail, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<Finding>> RunAsync(DaprPlaces places, bool needed) =>
        await new DaprChecks(places, needed).RunAsync(CancellationToken.None).DefaultTimeout();

    private static Finding Find(IReadOnlyList<Finding> findings, string name) => findings.Single(f => f.Name == name);

    private static void Program(string folder, string name, string script)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private DaprPlaces Places() => new()
    {
        Path = _programs.Path,
        Home = _home.Path,
        PlacementPort = Nobody,
        SchedulerPort = Nobody,
        Redis = RedisAddress.Parse($"127.0.0.1:{Nobody}"),
    };
}
