using System.Globalization;
using Moodstream.Bench.Scoring;
using Moodstream.Bench.Posts;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Pipeline;

/// <summary>The whole program, file to page, against the engine alone; its start-up and its memory.</summary>
internal sealed class PipelineBench(BenchContext context)
{
    private const int DefaultRounds = 5;
    private const double FloorRatio = 0.85;
    private const double MostStartSeconds = 3;
    private const double MostMiB = 400;

    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(300);

    // A long run is one round; its warm-up and the engine beside it take an ordinary run's posts.
    private bool IsLong => context.Posts.Texts.Count > PostSet.DefaultCount;

    /// <summary>Measures and reports.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        context.Begin(IsLong ? "run --rate max, long" : "run --rate max against the engine alone");
        var folder = context.EmptyFolder("pipeline");
        var (posts, few) = (context.Posts, context.Posts.First(PostSet.DefaultCount));
        var fewFile = PostFile.Write(Path.Combine(folder, "posts.jsonl"), few.Texts);
        var file = IsLong ? PostFile.Write(Path.Combine(folder, "all.jsonl"), posts.Texts) : fewFile;

        var threads = Environment.ProcessorCount;
        using var engine = new BareEngine(context.Model, threads, context.Clock);
        var answers = Answers.Of(engine, posts.Ids);
        var runs = new List<PipelineRun>();
        var program = new Contender("run", async (round, token) =>
        {
            var run = round < 0
                ? await PipelineRun.RunAsync(context, fewFile, few.Texts.Count, answers, token)
                : await PipelineRun.RunAsync(context, file, posts.Texts.Count, answers, token);
            if (round >= 0)
            {
                runs.Add(run);
            }

            return new Measurement(run.Posts, run.Time.TotalSeconds);
        });
        var pair = new Pair("run / engine", program, engine.AsContender(few.Ids), FloorRatio);
        var rounds = context.Options.Rounds ?? (IsLong ? 1 : DefaultRounds);
        var result = (await new PairedRounds(rounds, Gap, context.Clock, context.Console)
            .RunAsync([pair], cancellationToken))[0];
        WriteReport(threads, runs, result);
    }

    private void WriteReport(int threads, List<PipelineRun> runs, PairResult result)
    {
        var count = context.Posts.Texts.Count;
        var report = context.Report;
        report.Paragraph(
            $"""
            `moodstream run --source file:posts.jsonl --rate max` as a process and one client on its event stream,
            against the engine alone ({threads} threads) on token ids; medians of {runs.Count} rounds after one that
            warms up, the two taking turns in going first. Posts a second from the first event with posts to the last,
            the posts of the first event not counted. The client runs on the same cores. Every post it got was held
            against the engine's own answer.
            """);
        report.Ratios("posts a second", "run", "engine", [("source to page", result)]);

        var starts = new Spread(runs.Select(r => r.FirstPostSeconds));
        var memory = new Spread(runs.Select(r => r.Memory.MostMiB));
        var received = runs.Min(r => r.Received);
        var growth = runs.Max(r => r.Memory.Growth(count));
        bool? flat = growth is null || count < MemoryLog.LeastPosts
            ? null
            : runs.All(r => r.Memory.IsFlat(count) != false);
        report.Table(
            ["", "median", "min–max", "limit", ""],
            [
                Row("first scored post on the page, s after the start", starts, "F2", MostStartSeconds),
                Row("most resident memory, MiB", memory, "F0", MostMiB),
                [
                    "growth of memory from the second fifth to the last, %, largest", $"{growth * 100:F1}", "—",
                    .. report.Floor($"{MemoryLog.FlatWithin * 100:F0}", flat),
                ],
                [
                    $"posts the page got, of {count}, fewest", $"{received}", "—",
                    .. report.Floor($"{count}", received == count),
                ],
            ]);
        report.Paragraph("Resident memory, MiB, median of each tenth of the posts:");
        report.Table(
            ["round", .. Enumerable.Range(1, 10).Select(t => $"{t * 10} %")],
            runs.Select((r, i) => (IReadOnlyList<string>)
                [$"{i + 1}", .. r.Memory.Tenths(count).Select(t => t is { } mib ? $"{mib:F0}" : "—")]));
        context.Finish(IsLong ? "-long" : "");
    }

    private string[] Row(string name, Spread spread, string format, double most)
    {
        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return
        [
            name, Text(spread.Median), $"{Text(spread.Least)}–{Text(spread.Most)}",
            .. context.Report.Floor($"{most:F0}", spread.Most <= most),
        ];
    }
}
