using System.Globalization;
using System.Text;

namespace Moodstream.Faults.Tests;

/// <summary>The table of a run.</summary>
internal static class FaultReport
{
    /// <summary>Writes it below artifacts/, where ./test prints it from, and after a full run into bench/results/.</summary>
    public static void Write(
        IReadOnlyList<FaultResult> results,
        IReadOnlyList<(string Case, string Why)> unfinished,
        int posts,
        double capacity,
        double load,
        bool isFull,
        bool onDaprd)
    {
        var name = onDaprd ? "faults-daprd" : "faults";
        var now = TimeProvider.System.GetUtcNow();
        var text = new StringBuilder();
        Line($"# Faults, one at a time, while posts flow");
        Line($"");
        Line($"{now:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} cores, .NET {Environment.Version}; `./test{(isFull ? " --faults" : "")}`: every service");
        Line($"as a process with a sidecar ({(onDaprd ? "daprd" : "the double of tests/Sidecar")}) over a real redis-server; {posts} posts a case, one in 100");
        Line($"of them poison, at {load:P0} of the {capacity:0} posts/s that the same processes reach undisturbed. The model is simulated");
        Line($"(2 ms a post) but where the model server is what is killed; it knows no poison.");
        Line($"");
        Line($"| case | published | scored | rejected | republished | lost | repeats in tweets.scored | counted by TopicMood | counted by the dashboard | poison rejected | recovery, s | peak memory, MiB |");
        Line($"|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var r in results)
        {
            Line($"| {r.Case} | {r.Published} | {r.Scored} | {r.Rejected} | {r.Republished} | {r.Lost} | {r.Repeats} | {r.CountedByTopicMood} | {r.CountedByDashboard} | {r.PoisonRejected} of {r.Poison} | {r.Recovery.TotalSeconds:0.0} | {r.Peak.Bytes / 1048576.0:0} ({r.Peak.Name}) |");
        }

        foreach (var (what, why) in unfinished)
        {
            Line($"| {what} | did not finish: {why} | | | | | | | | | | |");
        }

        var artifacts = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "test-results")).FullName;
        File.WriteAllText(Path.Combine(artifacts, $"{name}.md"), text.ToString());
        if (isFull)
        {
            File.WriteAllText(Path.Combine(Repository.Root, "bench", "results", $"{now:yyyy-MM-dd}-{name}.md"), text.ToString());
        }

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
