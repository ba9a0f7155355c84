namespace Moodstream.ModelServer.Batching;

/// <summary>The sequences of a request laid end to end, checked, their trailing padding cut.</summary>
internal sealed class TokenSequences
{
    /// <summary>Token ids, sequence after sequence.</summary>
    public required int[] Ids { get; init; }

    /// <summary>[B] ids of each sequence, 1 or more.</summary>
    public required int[] Lengths { get; init; }

    /// <summary>As long as <see cref="Ids"/>; null for all 0.</summary>
    public int[]? SegmentIds { get; init; }

    /// <summary>As long as <see cref="Ids"/>, 0 or 1; null for all 1.</summary>
    public int[]? Mask { get; init; }

    /// <summary>Number of sequences (B).</summary>
    public int Count => Lengths.Length;
}
