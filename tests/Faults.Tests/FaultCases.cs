using Moodstream.Tests.Cluster;
using AppIds = Moodstream.Contracts.Apps;

namespace Moodstream.Faults.Tests;

/// <summary>Everything that may go wrong, one at a time.</summary>
internal static class FaultCases
{
    private const string SecondClassifier = AppIds.Classifier + "2";

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);

    /// <summary>Those that ./test runs.</summary>
    public static IReadOnlyList<FaultCase> Short { get; } =
    [
        Killed("classifier killed", r => r.Cluster.Apps[AppIds.Classifier].Service),
        Killed("sidecar killed", r => r.Cluster.Apps[AppIds.Classifier].Sidecar),
        Killed("trends host killed", r => r.Cluster.Apps[AppIds.Trends].Service),
    ];

    /// <summary>Those that ./test --faults runs.</summary>
    public static IReadOnlyList<FaultCase> All { get; } =
    [
        Killed("ingestor killed", r => r.Cluster.Apps[AppIds.Ingestor].Service),
        .. Short,
        Killed("model server killed", r => r.Cluster.Apps[AppIds.Bert].Service) with { NeedsModelServer = true },
        Killed("model server's sidecar killed", r => r.Cluster.Apps[AppIds.Bert].Sidecar) with { NeedsModelServer = true },
        Killed("ingestor's sidecar killed", r => r.Cluster.Apps[AppIds.Ingestor].Sidecar),
        Killed("trends' sidecar killed", r => r.Cluster.Apps[AppIds.Trends].Sidecar),
        Killed("relay killed", r => r.Cluster.Apps[AppIds.Relay].Service) with { WatchesChannel = true },
        Killed("relay's sidecar killed", r => r.Cluster.Apps[AppIds.Relay].Sidecar) with { WatchesChannel = true },
        Killed("dashboard killed", r => r.Cluster.Apps[AppIds.Dashboard].Service) with
        {
            RestartsDashboard = true,
            Unfelt = r => r.CountedByDashboard > 0 && r.CountedByDashboard < r.Published ? null : "a dashboard that counts since it was started again",
        },
        Killed("dashboard's sidecar killed", r => r.Cluster.Apps[AppIds.Dashboard].Sidecar),
        new("Redis killed, append-only file on", async run =>
        {
            run.Cluster.Redis.Kill();
            await run.Cluster.Redis.RestartAsync();
        }),
        new("Redis stopped for 30 s", async run =>
        {
            await run.Cluster.Redis.StopAsync();
            await FaultRun.PauseAsync(Outage);
            await run.Cluster.Redis.RestartAsync();
        }),
        new("model UNAVAILABLE for 30 s, then slow", async run =>
        {
            Each(run.Models, m => m.IsAway = true);
            await FaultRun.PauseAsync(Outage);
            Each(run.Models, m => (m.IsAway, m.PerPost) = (false, 5 * m.PerPost));
            await FaultRun.PauseAsync(Outage / 3);
            Each(run.Models, m => m.PerPost /= 5);
        }) { Unfelt = DidWrong },
        new("publishes refused for 20 s", async run =>
        {
            await run.SwitchAsync("refusePublishes", "true");
            await FaultRun.PauseAsync(Outage * 2 / 3);
            await run.SwitchAsync("refusePublishes", "false");
        }) { NeedsDouble = true, Unfelt = DidWrong },
        new("publishes not answered for 20 s", async run =>
        {
            await run.SwitchAsync("hangPublishes", "true");
            await FaultRun.PauseAsync(Outage * 2 / 3);
            await run.SwitchAsync("hangPublishes", "false");
        }) { NeedsDouble = true, Unfelt = DidWrong },
        new("everything delivered twice", run => run.SwitchAsync("deliverTwice", "true"))
        {
            IsFromTheStart = true,
            NeedsDouble = true,
            Unfelt = r => r.Repeats >= r.Scored ? null : $"a repeat of each of {r.Scored} scored posts, there are {r.Repeats}",
        },
        new("1 in 1,000 acknowledged and lost, on each topic", run => run.SwitchAsync("loseOneIn", "1000"))
        {
            IsFromTheStart = true,
            NeedsDouble = true,
            Unfelt = Republished,
        },
        // Of no sink's sidecar: what that one acknowledges unseen is missing in the sink (docs/guarantees.md, 2).
        new("1 in 1,000 acknowledged unseen, of raw posts", run => run.SwitchAsync("loseDeliveryOneIn", "1000", AppIds.Classifier))
        {
            IsFromTheStart = true,
            NeedsDouble = true,
            Unfelt = Republished,
        },
        Stopped("classifier stopped by SIGTERM", r => r.Cluster.Apps[AppIds.Classifier].Service),
        Stopped("classifier's sidecar stopped by SIGTERM", r => r.Cluster.Apps[AppIds.Classifier].Sidecar),
        Killed("one of two classifiers killed", r => r.Cluster.Apps[SecondClassifier].Service) with { Classifiers = 2 },
        new("one of two classifiers and its sidecar killed for good", async run =>
        {
            await run.Cluster.Apps[SecondClassifier].Service.KillAsync();
            await run.Cluster.Apps[SecondClassifier].Sidecar.KillAsync();
        }) { Classifiers = 2 },
        new("disk of the state full for 10 s", async run =>
        {
            using (run.Disk!.Fill())
            {
                await FaultRun.PauseAsync(Outage / 3);
                var persistence = await run.Cluster.Redis.CliAsync("INFO", "persistence");
                if (!persistence.Contains("aof_last_write_status:err", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException($"Redis wrote to a full disk:\n{persistence}");
                }
            }
        }) { NeedsSmallDisk = true },
    ];

    private static FaultCase Killed(string name, Func<FaultRun, ServiceProcess> process) => new(name, async run =>
    {
        await process(run).KillAsync();
        await FaultRun.PauseAsync(Moment);
        process(run).Start();
    });

    private static FaultCase Stopped(string name, Func<FaultRun, ServiceProcess> process) => new(name, async run =>
    {
        await process(run).TerminateAsync();
        process(run).Start();
    });

    private static string? DidWrong(FaultResult result) => result.DidWrong > 0 ? null : "sidecars or models that did wrong";

    private static string? Republished(FaultResult result) => DidWrong(result) ?? (result.Republished > 0 ? null : "posts published again");

    private static void Each(IReadOnlyList<SimulatedModel> models, Action<SimulatedModel> change)
    {
        foreach (var model in models)
        {
            change(model);
        }
    }
}
