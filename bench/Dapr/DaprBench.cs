using System.Globalization;
using Moodstream.Bench.Rounds;
using Moodstream.Bench.Scoring;

namespace Moodstream.Bench.Dapr;

/// <summary>
/// The services as Dapr apps over Redis: against the engine alone, and how more classifiers scale where the model is
/// not the point; what one delivery and one actor turn cost by themselves.
/// </summary>
internal sealed class DaprBench(BenchContext context)
{
    private const int DefaultRounds = 3;
    private const int PipelinePosts = 30_000;
    private const int ScalingPosts = 30_000;
    private const double FloorRatio = 0.75;
    private const double FloorScaling = 3;
    private const double MostHandlerMilliseconds = 20;
    private const double MostTurnMilliseconds = 1;

    private static readonly int[] PostsPerTurn = [1, 25, 100];
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan PerPost = TimeSpan.FromMilliseconds(2);

    /// <summary>Measures and reports.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        context.Begin("The services over Dapr and Redis");
        var folder = context.EmptyFolder("dapr");
        var threads = Environment.ProcessorCount;
        using var engine = new BareEngine(context.Model, threads, context.Clock);
        var rounds = context.Options.Rounds ?? DefaultRounds;
        var services = new Contender("services", (round, token) => ClusterFlow.ScoreAsync(
            Path.Combine(folder, $"engine{round}"), Many(PipelinePosts), token));
        var pair = new Pair("services / engine", services, engine.AsContender(context.Posts.Ids), FloorRatio);
        var result = (await new PairedRounds(rounds, Gap, context.Clock, context.Console).RunAsync([pair], cancellationToken))[0];
        WritePipeline(threads, rounds, result);

        var scaling = new List<(double One, double Four)>();
        for (var round = 0; round < rounds; round++)
        {
            var one = await ClusterFlow.SimulateAsync(Path.Combine(folder, $"one{round}"), Many(ScalingPosts / 3), 1, PerPost, cancellationToken);
            var four = await ClusterFlow.SimulateAsync(Path.Combine(folder, $"four{round}"), Many(ScalingPosts), 4, PerPost, cancellationToken);
            scaling.Add((one, four));
            await context.Console.WriteLineAsync($"  scaling, round {round + 1} of {rounds}: {one:F0} and {four:F0} posts/s");
        }

        WriteScaling(scaling);
        await using (var handler = new HandlerBench(context))
        {
            var (most, halfLoad) = await handler.RunAsync(cancellationToken);
            WriteHandler(most, halfLoad);
        }

        WriteTurns(await TurnsAsync(folder, cancellationToken));

        context.Finish();
    }

    // The posts over and over, under ids of their own: nothing keeps a result.
    private string[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => context.Posts.Texts[i % context.Posts.Texts.Count])];

    private void WritePipeline(int threads, int rounds, PairResult result)
    {
        context.Report.Paragraph(
            $"""
            Every service as a process with a sidecar of its own over one redis-server with an append-only file, one
            classifier, whose posts the model server scores with {threads} threads; against the engine alone, {threads}
            threads, on token ids; medians of {rounds} rounds after one that warms up. The sidecar is the double of
            tests/Sidecar, proven against recordings of daprd 1.18.3. Posts settled a second, from the middle of
            a file of {PipelinePosts} posts to its end: twelve processes that have just started are busy with compiling
            themselves. Everything runs on the same cores.
            """);
        context.Report.Ratios("posts a second", "services", "engine", [("file to settled", result)]);
    }

    private void WriteScaling(List<(double One, double Four)> rates)
    {
        var (one, four) = (new Spread(rates.Select(r => r.One)), new Spread(rates.Select(r => r.Four)));
        var ratio = new Spread(rates.Select(r => r.Four / r.One));
        context.Report.Paragraph(
            $"""
            The same without sinks, and with a simulated model that takes {PerPost.TotalMilliseconds:F0} ms for a post, one call at a
            time for each classifier, so that classifiers are what there is too few of; {ScalingPosts / 3} posts for one and
            {ScalingPosts} for four:
            """);
        context.Report.Table(
            ["posts a second", "1 classifier", "4 classifiers", "ratio", "min–max", "floor", ""],
            [
                [
                    "file to settled", Text(one.Median), Text(four.Median), $"{Ratio(ratio.Median)}x",
                    $"{Ratio(ratio.Least)}–{Ratio(ratio.Most)}", .. context.Report.Floor($"{FloorScaling:F0}x", ratio.Median >= FloorScaling),
                ],
            ]);
    }

    private static async Task<List<(int Posts, double Milliseconds)>> TurnsAsync(string folder, CancellationToken cancellationToken)
    {
        var turns = new List<(int Posts, double Milliseconds)>();
        foreach (var posts in PostsPerTurn)
        {
            turns.Add((posts, await TurnBench.RunAsync(folder, posts, cancellationToken)));
        }

        return turns;
    }

    private void WriteTurns(IReadOnlyList<(int Posts, double Milliseconds)> turns)
    {
        context.Report.Paragraph(
            """
            Processor time of a turn of the actor TopicMood with a full memory of posts, over the HTTP interface of its host, in
            milliseconds, of the whole process of its host; the caller, and a sidecar that takes the state and forgets it,
            are in another:
            """);
        context.Report.Table(
            ["posts in the turn", "ms", "most", ""],
            turns.Select(t => (IReadOnlyList<string>)
            [
                $"{t.Posts}", Ratio(t.Milliseconds),
                .. context.Report.Floor($"{MostTurnMilliseconds:F0}", t.Milliseconds <= MostTurnMilliseconds),
            ]));
    }

    private void WriteHandler(double most, Spread seconds)
    {
        string Milliseconds(double share) => (seconds.Quantile(share) * 1000).ToString("F2", CultureInfo.InvariantCulture);
        context.Report.Paragraph(
            $"""
            The classifier's own part of a delivery, milliseconds from the sidecar's call to the answer, tokens, batch and
            publish included, with a model and a sidecar that answer at once; open loop at half of the {most:F0} deliveries a
            second that 128 at once reach:
            """);
        context.Report.Table(
            ["deliveries a second", "p50", "p95", "p99", "most", ""],
            [[
                Text(most / 2), Milliseconds(0.5), Milliseconds(0.95), Milliseconds(0.99),
                .. context.Report.Floor($"{MostHandlerMilliseconds:F0}", seconds.Quantile(0.99) * 1000 <= MostHandlerMilliseconds),
            ]]);
    }

    private static string Text(double rate) => rate.ToString("F0", CultureInfo.InvariantCulture);

    private static string Ratio(double ratio) => ratio.ToString("F2", CultureInfo.InvariantCulture);
}
