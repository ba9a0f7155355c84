using Moodstream.Bench.Rounds;
using Moodstream.Bert;

namespace Moodstream.Bench.Scoring;

/// <summary>Our engine on token ids and nothing around it: no reading, no tokenising, no writing.</summary>
internal sealed class BareEngine(BertModel model, int threads, TimeProvider clock) : IDisposable
{
    /// <summary>Ids in a bulk batch.</summary>
    public const int BulkTokens = 4096;

    private readonly BertScorer _scorer = model.CreateScorer(
        new BertScorerOptions { Threads = threads, MaxBatchTokens = BulkTokens });

    /// <summary>Classes the model tells apart.</summary>
    public int Classes => model.Labels.Count;

    /// <summary>Scores batches one after another and times it.</summary>
    /// <param name="batches">At most <see cref="BulkTokens"/> ids each.</param>
    /// <param name="logits">[posts, classes], overwritten.</param>
    /// <param name="each">Gets the seconds of each batch, where asked for.</param>
    public Measurement Score(IReadOnlyList<PackedBatch> batches, float[] logits, List<double>? each = null)
    {
        GC.Collect();
        var done = 0;
        var start = clock.GetTimestamp();
        foreach (var batch in batches)
        {
            var count = batch.Lengths.Length;
            var begun = clock.GetTimestamp();
            _scorer.ScoreIds(
                new TokenBatch(batch.Ids, batch.Lengths), logits.AsSpan(done * Classes, count * Classes));
            each?.Add(clock.GetElapsedTime(begun).TotalSeconds);
            done += count;
        }

        return new Measurement(done, clock.GetElapsedTime(start).TotalSeconds);
    }

    /// <summary>Scores posts in bulk, untimed.</summary>
    /// <returns>[posts, classes]</returns>
    public float[] Score(IReadOnlyList<int[]> posts)
    {
        var logits = new float[posts.Count * Classes];
        Score(PackedBatch.Pack(posts, int.MaxValue, BulkTokens), logits);
        return logits;
    }

    /// <summary>The bulk work of every round on the same posts, as one side of a pair.</summary>
    public Contender AsContender(IReadOnlyList<int[]> posts)
    {
        var batches = PackedBatch.Pack(posts, int.MaxValue, BulkTokens);
        var logits = new float[posts.Count * Classes];
        return new Contender(
            $"engine alone, {threads} thread{(threads == 1 ? "" : "s")}",
            (_, _) => Task.FromResult(Score(batches, logits)));
    }

    /// <inheritdoc />
    public void Dispose() => _scorer.Dispose();
}
