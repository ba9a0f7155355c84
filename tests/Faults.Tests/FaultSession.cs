using System.Globalization;
using Moodstream.Tests.Cluster;

namespace Moodstream.Faults.Tests;

/// <summary>One run of the cases: how many posts, at what rate, and the table of what they came to.</summary>
/// <param name="onDaprd">Sidecars are the real ones, not the double.</param>
public abstract class FaultSession(bool onDaprd) : IAsyncLifetime, IDisposable
{
    // Of what the same processes do undisturbed.
    private const double Load = 0.7;

    private static readonly bool RunsAll = Environment.GetEnvironmentVariable("MOODSTREAM_FAULTS") is "all";
    private static readonly TimeSpan PerPost = TimeSpan.FromMilliseconds(2);

    private readonly TemporaryFolder _folder = new();
    private readonly List<FaultResult> _results = [];
    private readonly List<(string Case, string Why)> _unfinished = [];
    private readonly Dictionary<bool, double> _capacity = []; // With a model server, and without.
    private readonly int _seed = Environment.GetEnvironmentVariable("MOODSTREAM_FAULT_SEED") is { Length: > 0 } seed
        ? int.Parse(seed, CultureInfo.InvariantCulture)
        : Random.Shared.Next();
    private int _started;

    /// <summary>Posts of a case.</summary>
    internal static int Posts => RunsAll ? 10_000 : 1_000;

    /// <summary>Longest that a case may take to be as before.</summary>
    internal static TimeSpan MostRecovery => TimeSpan.FromSeconds(30);

    /// <summary>The cases.</summary>
    internal static IReadOnlyList<FaultCase> Cases => RunsAll ? FaultCases.All : FaultCases.Short;

    /// <inheritdoc />
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc />
    public Task DisposeAsync()
    {
        if (_started > 0)
        {
            new FaultReport
            {
                Results = _results,
                Unfinished = _unfinished,
                Posts = Posts,
                Capacity = _capacity,
                Load = Load,
                Seed = _seed,
                IsFull = RunsAll,
                OnDaprd = onDaprd,
            }.Write();
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _folder.Dispose();
    }

    /// <summary>Runs a case and holds it to what is promised.</summary>
    /// <param name="name">The case's.</param>
    /// <param name="write">Takes what it came to, for a person.</param>
    internal async Task AssertAsync(string name, Action<string> write)
    {
        var what = Cases.Single(c => c.Name == name);
        var result = await RunAsync(what, write);
        Assert.Empty(result.Broken(what, Posts, MostRecovery));
    }

    private async Task<FaultResult> RunAsync(FaultCase what, Action<string> write)
    {
        if (!_capacity.TryGetValue(what.NeedsModelServer, out var capacity))
        {
            var plain = new FaultCase("undisturbed", _ => Task.CompletedTask) { NeedsModelServer = what.NeedsModelServer };
            await using var undisturbed = await FaultRun.StartAsync(Options(plain, 0), plain, Math.Max(Posts / 3, 1_500), PerPost);
            capacity = _capacity[what.NeedsModelServer] = await undisturbed.RateAsync();
            write($"capacity: {capacity:0} posts/s");
        }

        await using var run = await FaultRun.StartAsync(Options(what, Load * capacity), what, Posts, PerPost);
        try
        {
            // Of the case's own, so that it is the same whatever ran before.
            var result = await run.ResultAsync(what, new Random(_seed ^ what.Name.Sum(c => c)));
            _results.Add(result);
            write($"{result}");
            return result;
        }
        catch (Exception exception)
        {
            _unfinished.Add((what.Name, exception.Message.Split('\n')[0]));
            throw;
        }
        finally
        {
            write(run.Logs());
        }
    }

    private ClusterOptions Options(FaultCase what, double rate)
    {
        var folder = Directory.CreateDirectory(_folder[string.Create(CultureInfo.InvariantCulture, $"{_started++}")]).FullName;
        File.WriteAllText(Path.Combine(folder, "name.txt"), what.Name);
        var options = new ClusterOptions
        {
            Folder = folder,
            OnDaprd = onDaprd,
            Posts = Path.Combine(folder, "posts.jsonl"),
            Track = [FaultRun.Topic],
            PostsPerSecond = rate,
            Classifiers = what.Classifiers,
        };
        return RunsAll ? options : options with { ProcessingTimeout = TimeSpan.FromSeconds(8), RedeliverInterval = TimeSpan.FromSeconds(1) };
    }
}

/// <summary>With the double of tests/Sidecar.</summary>
public sealed class DoubleFaultSession() : FaultSession(onDaprd: false);

/// <summary>With daprd.</summary>
public sealed class DaprdFaultSession() : FaultSession(onDaprd: true);
