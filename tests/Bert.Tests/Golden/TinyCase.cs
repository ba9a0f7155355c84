namespace Moodstream.Bert.Tests.Golden;

/// <summary>A padded batch, row after row, and its logits in double precision.</summary>
internal sealed record TinyCase(int[] Lengths, int[] Ids, int[] Mask, int[] Segments, double[] Logits)
{
    public TokenBatch Batch => new(Ids, Lengths, Segments, Mask);
}
