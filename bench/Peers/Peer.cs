using Moodstream.Bench.Scoring;
using Moodstream.Bench.OnnxRuntime;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Peers;

/// <summary>One ONNX file in ONNX Runtime with a number of threads.</summary>
internal sealed class Peer
{
    private readonly OnnxWorker _worker;
    private readonly string _session;

    private Peer(OnnxWorker worker, OnnxVariant variant, int threads)
    {
        _worker = worker;
        Variant = variant;
        Threads = threads;
        _session = $"{variant}-{threads}";
    }

    /// <summary>How its file is written.</summary>
    public OnnxVariant Variant { get; }

    /// <summary>Threads that compute.</summary>
    public int Threads { get; }

    /// <summary>Largest difference to the goldens, padded to the longest and to 150.</summary>
    public double WorstLogit { get; private set; }

    /// <summary>Loads a file and holds its answers against the goldens.</summary>
    /// <exception cref="WrongAnswerException">It gives others.</exception>
    public static async Task<Peer> LoadAsync(
        OnnxWorker worker,
        OnnxVariant variant,
        string path,
        int threads,
        Goldens goldens,
        CancellationToken cancellationToken)
    {
        var peer = new Peer(worker, variant, threads);
        await worker.LoadAsync(peer._session, path, threads, cancellationToken);
        await peer.CheckAsync(goldens, width: null, cancellationToken);
        await peer.CheckAsync(goldens.Every(8), width: 150, cancellationToken);
        return peer;
    }

    /// <summary>Its side of a pair.</summary>
    public Contender On(PeerShape shape) => new(
        $"ONNX Runtime {Variant}",
        async (round, cancellationToken) =>
        {
            var slice = shape.At(round);
            await _worker.PrepareAsync(slice.Batches, cancellationToken);
            var (seconds, logits) = await _worker.RunAsync(_session, cancellationToken);
            slice.CompareRows(_session, logits);
            return new Measurement(slice.Posts.Count, seconds);
        });

    /// <summary>Our side of a pair.</summary>
    /// <param name="score">Scores batches into logits and times it.</param>
    /// <param name="classes">Logits a post.</param>
    /// <param name="shape">The posts.</param>
    public static Contender Ours(
        Func<IReadOnlyList<PackedBatch>, float[], Measurement> score, int classes, PeerShape shape) => new(
            "Moodstream",
            (round, _) =>
            {
                var slice = shape.At(round);
                var batches = PackedBatch.Pack(slice.Posts, PeerShape.BatchSize, int.MaxValue);
                var logits = new float[slice.Posts.Count * classes];
                var measurement = score(batches, logits);
                slice.Compare("Moodstream", logits);
                return Task.FromResult(measurement);
            });

    private async Task CheckAsync(Goldens goldens, int? width, CancellationToken cancellationToken)
    {
        await _worker.PrepareAsync(PaddedBatch.Cut(goldens.Ids, PeerShape.BatchSize, width), cancellationToken);
        var (_, logits) = await _worker.RunAsync(_session, cancellationToken);
        WorstLogit = Math.Max(WorstLogit, Goldens.Check($"ONNX Runtime, {_session}", goldens.Logits, logits));
    }
}
