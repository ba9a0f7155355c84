using System.Globalization;
using Moodstream.Bench.Rounds;
using Moodstream.Bench.Scoring;

namespace Moodstream.Bench.Engine;

/// <summary>The engine alone, against the multiply-adds the processor can do at all.</summary>
internal sealed class EngineBench(BenchContext context)
{
    private const int DefaultRounds = 10;
    private const double WideFloor = 0.55;
    private const double NarrowFloor = 0.75;

    /// <summary>Share of a round's operations that the peak is measured with: it needs less time to settle.</summary>
    private const double PeakShare = 0.5;

    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(100);

    /// <summary>Checks the answers, measures, reports.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        context.Begin("The engine alone", ["kernels", context.Model.KernelName]);
        var rounds = context.Options.Rounds ?? DefaultRounds;
        var slices = Slices(rounds);
        var goldens = Goldens.Read(context.ModelFolder);
        var results = new List<(int Threads, PairResult Result)>();
        foreach (var threads in new[] { 1, Environment.ProcessorCount }.Distinct())
        {
            using var engine = new BareEngine(context.Model, threads, context.Clock);
            Goldens.Check($"the engine, {threads} threads", goldens.Logits, engine.Score(goldens.Ids));
            results.Add((threads, await MeasureAsync(engine, slices, threads, cancellationToken)));
        }

        WriteReport(rounds, slices, results);
    }

    /// <summary>Every post in exactly one round: nothing is scored twice, so nothing could be remembered.</summary>
    private int[][][] Slices(int rounds) =>
        [.. Enumerable.Range(0, rounds).Select(r => context.Posts.Ids.Where((_, i) => i % rounds == r).ToArray())];

    private async Task<PairResult> MeasureAsync(
        BareEngine engine, int[][][] slices, int threads, CancellationToken cancellationToken)
    {
        var batches = slices.Select(s => PackedBatch.Pack(s, int.MaxValue, BareEngine.BulkTokens)).ToArray();
        var logits = new float[slices.Max(s => s.Length) * engine.Classes];
        var subject = new Contender(
            $"engine, {threads} threads", (round, _) => Task.FromResult(engine.Score(batches[Slice(round)], logits)));
        var peak = new Contender("multiply-adds", (round, _) =>
        {
            var slice = slices[Slice(round)];
            var part = (int)(slice.Length * PeakShare);
            var operations = slice.Take(part).Sum(p => EngineWork.Operations(context.Model.Config, p.Length));
            return Task.FromResult(FmaPeak.Measure(operations, threads, part, context.Clock));
        });
        double? floor = threads > 1 ? null : FmaPeak.Lanes == 16 ? WideFloor : NarrowFloor;
        var pair = new Pair($"{threads} threads, share of the peak", subject, peak, floor);
        return (await new PairedRounds(slices.Length, Gap, context.Clock, context.Console)
            .RunAsync([pair], cancellationToken))[0];
    }

    // The warm-up runs the first slice.
    private static int Slice(int round) => Math.Max(round, 0);

    private void WriteReport(int rounds, int[][][] slices, List<(int Threads, PairResult Result)> results)
    {
        context.Report.Paragraph(
            $"""
            Token ids in, logits out, in batches of at most {BareEngine.BulkTokens} ids. Each of the {rounds} rounds
            scores its own part of the posts, so every post is scored once; in the same round the processor's peak is
            measured with the multiply-adds of half of them, on as many threads, out of registers. Medians of the
            rounds; shares are medians of the shares within a round. Operations are those of the matrix products, with
            the last layer for [CLS] alone. Before timing, the model's stored logits were reproduced to
            {Goldens.Tolerance:E0}.
            """);
        context.Report.Table(
            ["threads", "posts/s", "ids/s", "GFLOP/s", "peak GFLOP/s", "share", "quartiles", "min–max", "floor", ""],
            results.Select(r => Row(r.Threads, r.Result, slices)));
        context.Finish();
    }

    private IReadOnlyList<string> Row(int threads, PairResult result, int[][][] slices)
    {
        var posts = slices.SelectMany(s => s).ToArray();
        var ids = posts.Average(p => p.Length);
        var operations = posts.Average(p => EngineWork.Operations(context.Model.Config, p.Length)) / 1e9;
        var culture = CultureInfo.InvariantCulture;
        return
        [
            $"{threads}",
            result.SubjectRate.Median.ToString("F0", culture),
            (result.SubjectRate.Median * ids).ToString("F0", culture),
            (result.SubjectRate.Median * operations).ToString("F0", culture),
            (result.BaselineRate.Median * operations).ToString("F0", culture),
            Percent(result.Ratio.Median),
            $"{Percent(result.Ratio.LowerQuartile)}–{Percent(result.Ratio.UpperQuartile)}",
            $"{Percent(result.Ratio.Least)}–{Percent(result.Ratio.Most)}",
            .. context.Report.Floor(result.Pair.Floor is { } floor ? Percent(floor) : "", result.Met),
        ];
    }

    private static string Percent(double share) => (100 * share).ToString("F0", CultureInfo.InvariantCulture) + " %";
}
