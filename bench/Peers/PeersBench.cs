using Moodstream.Bench.OnnxRuntime;
using Moodstream.Bench.Rounds;
using Moodstream.Bench.Scoring;

namespace Moodstream.Bench.Peers;

/// <summary>The engine against ONNX Runtime: same posts, same threads, one run, side by side.</summary>
internal sealed class PeersBench(BenchContext context) : IDisposable
{
    private const int DefaultRounds = 7;
    private const int PostsPerRound = 512;

    // Several times as slow as the others, so a round of it takes as long with fewer posts.
    private const int PostsPerRoundOf150 = 96;

    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(300);

    private readonly string _peers = Path.Combine(context.Root, "bench", "peers");
    private readonly Goldens _goldens = Goldens.Read(context.ModelFolder);
    private readonly List<BareEngine> _engines = [];
    private OnnxWorker? _worker;

    /// <summary>Checks everybody's answers, measures, reports.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Path.Combine(_peers, "node_modules")))
        {
            throw new InvalidOperationException("bench/peers/node_modules is missing; bench/run peers installs it");
        }

        _worker = OnnxWorker.Start(_peers);
        var (node, onnxRuntime) = await _worker.AboutAsync(cancellationToken);
        context.Begin("Engine against ONNX Runtime", ["peer", $"onnxruntime-node {onnxRuntime} on Node {node}"]);

        var files = WriteModels();
        var contests = new List<Contest>();
        var worst = 0.0;
        foreach (var threads in new[] { 1, 2 }.Where(t => t <= Environment.ProcessorCount))
        {
            var engine = StartEngine(threads);
            foreach (var (variant, path) in files)
            {
                var peer = await Peer.LoadAsync(_worker, variant, path, threads, _goldens, cancellationToken);
                worst = Math.Max(worst, peer.WorstLogit);
                contests.AddRange(Shapes(variant).Select(s => new Contest(engine, peer, s.Shape, s.Floor)));
            }
        }

        var rounds = context.Options.Rounds ?? DefaultRounds;
        var results = await new PairedRounds(rounds, Gap, context.Clock, context.Console)
            .RunAsync([.. contests.Select(c => c.Pair)], cancellationToken);
        WriteReport(rounds, Contest.WithFloors(contests, results), worst);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _worker?.Dispose();
        _engines.ForEach(e => e.Dispose());
    }

    private List<(OnnxVariant Variant, string Path)> WriteModels()
    {
        var folder = context.EmptyFolder("onnx");
        var files = new List<(OnnxVariant, string)>();
        foreach (var variant in Enum.GetValues<OnnxVariant>())
        {
            var path = Path.Combine(folder, $"{variant}.onnx");
            BertOnnx.Write(context.ModelFolder, variant, path);
            files.Add((variant, path));
        }

        return files;
    }

    private BareEngine StartEngine(int threads)
    {
        var engine = new BareEngine(context.Model, threads, context.Clock);
        _engines.Add(engine);
        Goldens.Check($"Moodstream, {threads} threads", _goldens.Logits, engine.Score(_goldens.Ids));
        return engine;
    }

    private IEnumerable<(PeerShape Shape, double? Floor)> Shapes(OnnxVariant variant)
    {
        var (posts, floors) = (context.Posts.Ids, PeerFloors.OfThisMachine);
        if (variant == OnnxVariant.ClsOnly)
        {
            return [(PeerShape.Sorted(posts, PostsPerRound), null)];
        }

        return
        [
            (PeerShape.PaddedTo150(posts, PostsPerRoundOf150), floors.PaddedTo150),
            (PeerShape.PaddedToLongest(posts, PostsPerRound), floors.PaddedToLongest),
            (PeerShape.Sorted(posts, PostsPerRound), floors.Sorted),
        ];
    }

    private void WriteReport(int rounds, IEnumerable<PairResult> results, double worst)
    {
        var (report, floors) = (context.Report, PeerFloors.OfThisMachine.Machine);
        report.Paragraph(
            $"""
            Posts a second, fp32 on both sides, batches of {PeerShape.BatchSize}; medians of {rounds} rounds after one
            that warms up, {PostsPerRound} posts a round ({PostsPerRoundOf150} when padded to 150), other posts every
            round, no result kept. Ratio: ours / theirs round by round, its median, quartiles and extremes. Of ONNX
            Runtime's two variants the floor is held against the faster one. Floors are those of an {floors} machine.
            """);
        report.Ratios(
            "ONNX Runtime's threads, batches, variant", "ours", "theirs", results.Select(r => (r.Pair.Name, r)));
        report.Paragraph(
            $"""
            Plain is the graph as PyTorch exports it, Fused the one of ONNX Runtime's transformer optimiser; both with
            all of its graph optimisations. ClsOnly, without a floor, is Plain with our trick of computing the last
            layer for [CLS] alone, which no exporter writes.

            Both sides get token ids: theirs as tensors made, padded and sorted before the clock starts, ours in order
            of arrival. The two take turns in going first, with {Gap.TotalMilliseconds} ms of rest before each. Threads
            are not pinned. Before timing every system gave the model's stored answers (largest difference of ONNX
            Runtime {worst:E1}, allowed {Goldens.Tolerance:E0}), and in every round both sides' answers agreed as well.
            """);
        context.Finish();
    }
}
