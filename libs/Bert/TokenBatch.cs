namespace Moodstream.Bert;

/// <summary>Sequences of token ids laid end to end.</summary>
/// <param name="tokenIds">All ids, sequence after sequence.</param>
/// <param name="lengths">[B] ids of each sequence, 1 or more; they sum to the length of <paramref name="tokenIds"/>.</param>
/// <param name="segmentIds">As long as <paramref name="tokenIds"/>, or empty for all 0.</param>
/// <param name="mask">As long as <paramref name="tokenIds"/>, 1 = attend, 0 = not; or empty for all 1.</param>
public readonly ref struct TokenBatch(
    ReadOnlySpan<int> tokenIds, ReadOnlySpan<int> lengths, ReadOnlySpan<int> segmentIds = default, ReadOnlySpan<int> mask = default)
{
    /// <summary>All ids.</summary>
    public ReadOnlySpan<int> TokenIds { get; } = tokenIds;

    /// <summary>Ids of each sequence.</summary>
    public ReadOnlySpan<int> Lengths { get; } = lengths;

    /// <summary>Segment of each id, or empty.</summary>
    public ReadOnlySpan<int> SegmentIds { get; } = segmentIds;

    /// <summary>Attention mask, or empty.</summary>
    public ReadOnlySpan<int> Mask { get; } = mask;
}
