namespace Moodstream.Bert.Tests.Golden;

/// <summary>Shorthand over a scorer.</summary>
internal static class Scoring
{
    public static float[] Score(this BertScorer scorer, int labels, params IEnumerable<int[]> sequences)
    {
        var all = sequences.ToList();
        var logits = new float[all.Count * labels];
        scorer.ScoreIds(new TokenBatch([.. all.SelectMany(s => s)], [.. all.Select(s => s.Length)]), logits);
        return logits;
    }

    public static float[] Score(this BertScorer scorer, int labels, TokenBatch batch)
    {
        var logits = new float[batch.Lengths.Length * labels];
        scorer.ScoreIds(batch, logits);
        return logits;
    }

    public static uint[] Bits(this IEnumerable<float> values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];
}
