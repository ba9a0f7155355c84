using Moodstream.Bench.Scoring;
using Moodstream.Bench.OnnxRuntime;

namespace Moodstream.Bench.Peers;

/// <summary>The posts of one round: for us in the order they arrived in, for the peer as it batches them.</summary>
/// <param name="posts">Token ids of each post, in order of arrival.</param>
/// <param name="order">For each of the peer's rows, which post it is.</param>
/// <param name="batches">The peer's batches.</param>
internal sealed class PeerSlice(IReadOnlyList<int[]> posts, int[] order, IReadOnlyList<PaddedBatch> batches)
{
    private float[]? _logits;

    /// <summary>Token ids of each post, in order of arrival.</summary>
    public IReadOnlyList<int[]> Posts => posts;

    /// <summary>The peer's batches.</summary>
    public IReadOnlyList<PaddedBatch> Batches => batches;

    /// <summary>Holds our answer for the posts in order of arrival against the peer's.</summary>
    public void Compare(string system, float[] logits)
    {
        if (_logits is null)
        {
            _logits = logits;
        }
        else
        {
            Goldens.Check(system, _logits, logits);
        }
    }

    /// <summary>Holds the peer's answer, in its own order, against ours.</summary>
    public void CompareRows(string system, float[] rows)
    {
        var classes = rows.Length / order.Length;
        var logits = new float[rows.Length];
        for (var row = 0; row < order.Length; row++)
        {
            rows.AsSpan(row * classes, classes).CopyTo(logits.AsSpan(order[row] * classes));
        }

        Compare(system, logits);
    }
}
