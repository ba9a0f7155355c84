using System.Globalization;
using Moodstream.Bench.Pipeline;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Serve;

/// <summary>The tables of <see cref="ServeBench"/>.</summary>
internal sealed class ServeReport(BenchContext context, int threads)
{
    private const double MostOverheadMilliseconds = 1.5;
    private const double MostLargeSeconds = 0.9;
    private const double OriginalSeconds = 12;

    /// <summary>Posts a second of each number of callers, against the engine.</summary>
    public void Throughput(int rounds, int posts, IReadOnlyList<PairResult> results)
    {
        context.Report.Paragraph(
            $"""
            `moodstream serve` as a process with {threads} threads, called by gRPC over loopback from this process, on the
            same cores; against the engine alone, {threads} threads, in the same rounds: in bulk, or, where one caller
            asks for one answer after another, in the same pieces. Closed loop: a caller asks again as soon as it is
            answered. {posts} posts a round, batches padded to their longest; medians of {rounds} rounds after one that
            warms up, the two taking turns in going first. Every logit of every answer was held against the engine's.
            """);
        context.Report.Ratios("posts a second", "serve", "engine", results.Select(r => (r.Pair.Name, r)));
    }

    /// <summary>Latency of each number of callers.</summary>
    public void Latencies(IReadOnlyList<(string Name, Spread Seconds)> rows)
    {
        context.Report.Paragraph("Milliseconds from request to answer in the rounds above, closed loop:");
        context.Report.Table(["", "p50", "p95", "p99", "max"], rows.Select(r => (IReadOnlyList<string>)[r.Name, .. Row(r.Seconds)]));
    }

    /// <summary>What the wire adds to one post.</summary>
    public void SingleCaller(Spread server, Spread engine)
    {
        var over = 1000 * (server.Median - engine.Median);
        context.Report.Paragraph("One caller, one post at a time, milliseconds:");
        context.Report.Table(
            ["", "p50", "p95", "p99", "p50 over the engine's", "most", ""],
            [
                ["serve", Ms(server.Median), Ms(server.Quantile(0.95)), Ms(server.Quantile(0.99)),
                    over.ToString("F2", CultureInfo.InvariantCulture),
                    .. context.Report.Floor($"{MostOverheadMilliseconds}", over <= MostOverheadMilliseconds)],
                ["engine", Ms(engine.Median), Ms(engine.Quantile(0.95)), Ms(engine.Quantile(0.99)), "—", "—", "—"],
            ]);
    }

    /// <summary>Latency at stated rates.</summary>
    public void OpenLoop(double bulk, IReadOnlyList<(int PostsEach, double Share, Spread Seconds)> rows)
    {
        context.Report.Paragraph(
            """
            Open loop: requests leave by schedule, evenly spaced, answered or not; milliseconds from the scheduled time
            to the answer, at shares of what the engine alone does in bulk:
            """);
        context.Report.Table(
            ["posts a request", "posts a second offered", "p50", "p95", "p99", "max"],
            rows.Select(r => (IReadOnlyList<string>)
            [
                $"{r.PostsEach}",
                string.Create(CultureInfo.InvariantCulture, $"{r.Share * bulk:F0} ({r.Share:P0})"),
                .. Row(r.Seconds),
            ]));
    }

    /// <summary>Twenty posts on a model as large as BERT-base.</summary>
    public void LargeModel(
        string size, IReadOnlyList<int[]> posts, IReadOnlyList<(string Name, int Threads, Spread Seconds)> rows)
    {
        context.Report.Paragraph(
            $"""
            One request of {posts.Count} posts ({posts.Sum(p => p.Length)} ids) to a model of {size}, random weights, in
            seconds, against the {OriginalSeconds:F0} s that such a batch took with TensorFlow Serving on one core in the
            article this project set out from (other machine, other time: an order of magnitude, not a ratio to rely on):
            """);
        context.Report.Table(
            ["", "threads", "median", "min–max", "12 s / median", "most", ""],
            rows.Select(r => (IReadOnlyList<string>)
            [
                r.Name, $"{r.Threads}", S(r.Seconds.Median), $"{S(r.Seconds.Least)}–{S(r.Seconds.Most)}",
                string.Create(CultureInfo.InvariantCulture, $"{OriginalSeconds / r.Seconds.Median:F0}x"),
                .. context.Report.Floor($"{MostLargeSeconds}", r.Threads == 1 ? null : r.Seconds.Median <= MostLargeSeconds),
            ]));
    }

    /// <summary>Memory over many requests, and changes of version meanwhile.</summary>
    public void Endurance(int requests, double rate, MemoryLog memory, int changing, int versions)
    {
        context.Report.Paragraph(
            $"""
            {requests} requests of 64 callers to the tiny model of the tests ({rate:F0} a second), so that requests are
            what there is to remember; then {changing} more while new versions are put beside the old.
            """);
        context.Report.Table(
            ["", "", "limit", ""],
            [
                ["most resident memory, MiB", $"{memory.MostMiB:F0}", "—", "—"],
                ["growth from the second fifth to the last, %", $"{100 * memory.Growth(requests):F1}",
                    .. context.Report.Floor($"{100 * MemoryLog.FlatWithin:F0}", memory.IsFlat(requests))],
                [$"requests failed while {versions} versions took over from each other", "0", .. context.Report.Floor("0", true)],
            ]);
    }

    private static string[] Row(Spread seconds) =>
        [Ms(seconds.Median), Ms(seconds.Quantile(0.95)), Ms(seconds.Quantile(0.99)), Ms(seconds.Most)];

    private static string Ms(double seconds) => (1000 * seconds).ToString("F2", CultureInfo.InvariantCulture);

    private static string S(double seconds) => seconds.ToString("F2", CultureInfo.InvariantCulture);
}
