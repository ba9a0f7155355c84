using Moodstream.Bench.Rounds;
using Moodstream.Bench.Scoring;

namespace Moodstream.Bench.Serve;

/// <summary><c>moodstream serve</c> as a process, called by gRPC, against the engine alone in the same rounds.</summary>
internal sealed class ServeBench(BenchContext context)
{
    private const int DefaultRounds = 5;
    private const int PostsOfARound = 1_000;
    private const int PostsOfABatch = 20;
    private const string SingleCaller = "1 caller, 1 post";
    private const double BulkFloor = 0.8;
    private const double BatchFloor = 1 / 1.15;

    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(300);
    private static readonly double[] Shares = [0.25, 0.5, 0.75, 0.9];
    private static readonly TimeSpan OpenFor = TimeSpan.FromSeconds(15);

    private readonly int _threads = Environment.ProcessorCount;
    private readonly Dictionary<string, List<double>> _seconds = [];
    private readonly List<double> _singleEngine = [];

    /// <summary>Measures and reports.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        context.Begin("serve against the engine alone");
        var report = new ServeReport(context, _threads);
        var posts = context.Posts.First(PostsOfARound).Ids;
        using var engine = new BareEngine(context.Model, _threads, context.Clock);
        var answers = engine.Score(posts);
        using (var server = await ServerProcess.StartAsync(context, context.ModelFolder, _threads, cancellationToken))
        {
            using var client = new ServeClient(server.Address, engine.Classes);
            var rounds = context.Options.Rounds ?? DefaultRounds;
            var results = await new PairedRounds(rounds, Gap, context.Clock, context.Console)
                .RunAsync(Pairs(engine, client, posts, answers), cancellationToken);
            report.Throughput(rounds, posts.Count, results);
            report.Latencies([.. _seconds.Select(s => (s.Key, new Spread(s.Value)))]);
            report.SingleCaller(new Spread(_seconds[SingleCaller]), new Spread(_singleEngine));

            var bulk = results[0].BaselineRate.Median;
            var rows = new List<(int PostsEach, double Share, Spread Seconds)>();
            foreach (var postsEach in new[] { 1, PostsOfABatch })
            {
                var work = ServeWork.Of(posts, postsEach, answers);
                foreach (var share in Shares)
                {
                    var rate = share * bulk / postsEach;
                    rows.Add((postsEach, share, await OpenAsync(client, work, rate, cancellationToken)));
                }
            }

            report.OpenLoop(bulk, rows);
        }

        await new LargeModelBench(context, report).RunAsync(cancellationToken);
        await new EnduranceBench(context, report).RunAsync(cancellationToken);
        context.Finish();
    }

    private IReadOnlyList<Pair> Pairs(BareEngine engine, ServeClient client, IReadOnlyList<int[]> posts, float[] answers)
    {
        var bulk = engine.AsContender(posts);
        var singles = ServeWork.Of(posts, 1, answers);
        var batches = ServeWork.Of(posts, PostsOfABatch, answers);
        return
        [
            new Pair("64 callers, 1 post", Callers("64 callers, 1 post", client, singles, 64), bulk, BulkFloor),
            new Pair("8 callers, 1 post", Callers("8 callers, 1 post", client, singles, 8), bulk),
            new Pair(SingleCaller, Callers(SingleCaller, client, singles, 1), OneByOne(engine, posts, 1, _singleEngine)),
            new Pair("64 callers, 20 posts", Callers("64 callers, 20 posts", client, batches, 64), bulk),
            new Pair("8 callers, 20 posts", Callers("8 callers, 20 posts", client, batches, 8), bulk),
            new Pair(
                "1 caller, 20 posts",
                Callers("1 caller, 20 posts", client, batches, 1),
                OneByOne(engine, posts, PostsOfABatch),
                BatchFloor),
        ];
    }

    private Contender Callers(string name, ServeClient client, IReadOnlyList<ServeWork> work, int callers)
    {
        var seconds = _seconds[name] = [];
        return new Contender($"serve, {callers} callers", async (round, token) =>
        {
            GC.Collect();
            var (all, each) = await Load.ClosedAsync(client, work, callers, context.Clock, token);
            if (round >= 0)
            {
                seconds.AddRange(each);
            }

            return all;
        });
    }

    /// <summary>The engine on the same pieces, one after another.</summary>
    private static Contender OneByOne(
        BareEngine engine, IReadOnlyList<int[]> posts, int postsEach, List<double>? seconds = null)
    {
        var batches = PackedBatch.Pack(posts, postsEach, int.MaxValue);
        var logits = new float[posts.Count * engine.Classes];
        return new Contender($"engine, {postsEach} at a time", (round, _) =>
            Task.FromResult(engine.Score(batches, logits, round < 0 ? null : seconds)));
    }

    private async Task<Spread> OpenAsync(
        ServeClient client, IReadOnlyList<ServeWork> work, double rate, CancellationToken cancellationToken)
    {
        var count = Math.Max(1, (int)(rate * OpenFor.TotalSeconds));
        var all = Enumerable.Range(0, count).Select(i => work[i % work.Count]).ToArray();
        await Task.Delay(Gap, context.Clock, cancellationToken);
        return new Spread(await Load.OpenAsync(client, all, rate, context.Clock, cancellationToken));
    }
}
