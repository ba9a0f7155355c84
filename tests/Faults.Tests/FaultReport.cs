using System.Globalization;
using System.Text;

namespace Moodstream.Faults.Tests;

/// <summary>What a run came to, as a table.</summary>
internal sealed record FaultReport
{
    /// <summary>Of the cases that came to their end.</summary>
    public required IReadOnlyList<FaultResult> Results { get; init; }

    /// <summary>Those that did not.</summary>
    public required IReadOnlyList<(string Case, string Why)> Unfinished { get; init; }

    /// <summary>Posts of a case.</summary>
    public required int Posts { get; init; }

    /// <summary>Posts a second of the same processes undisturbed, with a model server and without.</summary>
    public required IReadOnlyDictionary<bool, double> Capacity { get; init; }

    /// <summary>Share of it that flowed.</summary>
    public required double Load { get; init; }

    /// <summary>What the moments were drawn from.</summary>
    public required int Seed { get; init; }

    /// <summary>All cases, at full size.</summary>
    public required bool IsFull { get; init; }

    /// <summary>With the real sidecar.</summary>
    public required bool OnDaprd { get; init; }

    /// <summary>Writes it below artifacts/, where ./test prints it from, and after a full run into bench/results/.</summary>
    public void Write()
    {
        var name = OnDaprd ? "faults-daprd" : "faults";
        var now = TimeProvider.System.GetUtcNow();
        var text = Text(now);
        var artifacts = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "test-results")).FullName;
        File.WriteAllText(Path.Combine(artifacts, $"{name}.md"), text);
        if (IsFull)
        {
            File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", $"{now:yyyy-MM-dd}-{name}.md"), text);
        }
    }

    private string Text(DateTimeOffset now)
    {
        var text = new StringBuilder();
        Line($"# Faults, one at a time, while posts flow");
        Line($"");
        Line($"{now:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, .NET {Environment.Version}; `./test{(IsFull ? " --faults" : "")}`: every service");
        Line($"as a process with a sidecar ({(OnDaprd ? "daprd" : "the double of tests/Sidecar")}) over a real redis-server; {Posts} posts a case, one in 100");
        Line($"of them poison, at {Load:P0} of what the same processes reach undisturbed: {Rates()}. The model is");
        Line($"simulated (2 ms a post), but where the model server is what fails; that one knows no poison. A dashboard that is killed counts from 0 again; the");
        Line($"relay's channel is listened to where the relay or its sidecar fails. Moments are drawn from seed {Seed}.");
        Line($"");
        Line($"| case | published | scored | rejected | republished | lost | repeats in tweets.scored | counted by TopicMood | counted by the dashboard | reached the channel | poison rejected | recovery, s | peak memory, MiB |");
        Line($"|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var r in Results)
        {
            Line($"| {r.Case} | {r.Published} | {r.Scored} | {r.Rejected} | {r.Republished} | {r.Lost} | {r.Repeats} | {r.CountedByTopicMood} | {r.CountedByDashboard} | {r.Relayed} | {r.PoisonRejected} of {r.Poison} | {r.Recovery.TotalSeconds:0.0} | {r.Peak.Bytes / 1048576.0:0} ({r.Peak.Name}) |");
        }

        foreach (var (what, why) in Unfinished)
        {
            Line($"| {what} | did not finish: {why} | | | | | | | | | | | |");
        }

        foreach (var what in FaultCases.All.Where(c => IsFull && c.NeedsSmallDisk && !SmallDisk.CanMount))
        {
            Line($"| {what} | not run: it {SmallDisk.Needed} | | | | | | | | | | | |");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private string Rates() => string.Join(", ", Capacity.OrderBy(c => c.Key).Select(c => string.Create(
        CultureInfo.InvariantCulture, $"{c.Value:0} posts/s{(c.Key ? " with the model server" : "")}")));
}
