namespace Moodstream.Bert.Engine;

/// <summary>A batch, checked and copied, and how it is cut into blocks of whole sequences.</summary>
/// <remarks>
/// What the threads index memory with is the copy that was checked: a caller who changes the arrays while they are
/// being scored gets odd numbers, nothing worse.
/// </remarks>
internal sealed class BatchPlan
{
    /// <summary>
    /// Tokens of a full block, for which the weights are read from memory once. From 192 on, speed is flat to within
    /// 3 %; larger blocks share less evenly among threads.
    /// </summary>
    public const int BlockTokens = 256;

    /// <summary>Tokens of the largest block, but for one that is a single sequence.</summary>
    public const int MostBlockTokens = 2 * BlockTokens;

    private readonly BertConfig _config;
    private readonly int[] _ids;
    private readonly int[] _segments;
    private readonly byte[] _mask;
    private readonly Sequence[] _sequences;
    private readonly int[] _blockEnds;

    public BatchPlan(BertConfig config, int maxTokens)
    {
        _config = config;
        _ids = new int[maxTokens];
        _segments = new int[maxTokens];
        _mask = new byte[maxTokens];
        _sequences = new Sequence[maxTokens];
        _blockEnds = new int[maxTokens];
    }

    public int Blocks { get; private set; }

    /// <summary>The sequences of a block.</summary>
    public ReadOnlySpan<Sequence> Block(int block) => _sequences.AsSpan(FirstSequence(block).._blockEnds[block]);

    /// <summary>Number in the batch of a block's first sequence.</summary>
    public int FirstSequence(int block) => block == 0 ? 0 : _blockEnds[block - 1];

    public ReadOnlySpan<int> Ids(Sequence sequence) => _ids.AsSpan(sequence.Start, sequence.Tokens);

    public ReadOnlySpan<int> Segments(Sequence sequence) => _segments.AsSpan(sequence.Start, sequence.Tokens);

    public ReadOnlySpan<byte> Mask(Sequence sequence) => _mask.AsSpan(sequence.Start, sequence.Tokens);

    /// <summary>Takes a batch.</summary>
    /// <param name="batch">The sequences.</param>
    /// <param name="threads">Threads to share them.</param>
    /// <exception cref="ArgumentException">A length, id, segment or mask is out of its range; nothing was computed.</exception>
    public void Take(TokenBatch batch, int threads)
    {
        RequireLengths(batch);
        Copy(batch.TokenIds, _ids, _config.VocabularySize, "token id");
        Copy(batch.SegmentIds, _segments, _config.Segments, "segment id", batch.TokenIds.Length);
        CopyMask(batch.Mask, batch.TokenIds.Length);
        var tokens = 0;
        var start = 0;
        for (var i = 0; i < batch.Lengths.Length; i++)
        {
            _sequences[i] = Cut(start, batch.Lengths[i]);
            start += batch.Lengths[i];
            tokens += _sequences[i].Tokens;
        }

        Divide(batch.Lengths.Length, tokens, threads);
    }

    /// <summary>Leaves trailing padding off. A mask of zeros alone keeps its length: there is no token to end at.</summary>
    private Sequence Cut(int start, int length)
    {
        var mask = _mask.AsSpan(start, length);
        var end = mask.LastIndexOf((byte)1) + 1;
        return end == 0
            ? new Sequence(start, length, HasHoles: true)
            : new Sequence(start, end, mask[..end].Contains((byte)0));
    }

    /// <summary>As equal blocks as whole sequences allow, as many for each thread.</summary>
    private void Divide(int sequences, int tokens, int threads)
    {
        Blocks = 0;
        if (sequences == 0)
        {
            return;
        }

        var share = BlockTokens * threads;
        var blocks = Math.Max(1, (tokens + (share / 2)) / share) * threads;
        var before = 0L; // Tokens of the sequences so far,
        var inBlock = 0; // and of those since the last end.
        for (var i = 0; i < sequences; i++)
        {
            // The end nearest to that of equal blocks.
            var length = _sequences[i].Tokens;
            var isBeyond = ((2 * before) + length) * blocks >= 2L * tokens * (Blocks + 1);
            if (inBlock > 0 && (isBeyond || inBlock + length > MostBlockTokens))
            {
                _blockEnds[Blocks++] = i;
                inBlock = 0;
            }

            before += length;
            inBlock += length;
        }

        _blockEnds[Blocks++] = sequences;
    }

    private void RequireLengths(TokenBatch batch)
    {
        var tokens = batch.TokenIds.Length;
        if (tokens > _ids.Length)
        {
            throw new ArgumentException($"expected at most {_ids.Length} token ids (MaxBatchTokens), got {tokens}");
        }

        long sum = 0;
        for (var i = 0; i < batch.Lengths.Length; i++)
        {
            var length = batch.Lengths[i];
            if (length < 1 || length > _config.MaxPositions)
            {
                throw new ArgumentException($"sequence {i}: expected 1 to {_config.MaxPositions} token ids, got {length}");
            }

            sum += length;
        }

        RequireLength("lengths that sum to the number of token ids", tokens, sum);
        if (!batch.SegmentIds.IsEmpty)
        {
            RequireLength("as many segment ids as token ids", tokens, batch.SegmentIds.Length);
        }

        if (!batch.Mask.IsEmpty)
        {
            RequireLength("a mask as long as the token ids", tokens, batch.Mask.Length);
        }
    }

    private static void RequireLength(string what, int expected, long actual)
    {
        if (expected != actual)
        {
            throw new ArgumentException($"expected {what}, {expected}; got {actual}");
        }
    }

    private static void Copy(ReadOnlySpan<int> source, int[] target, int bound, string what, int? count = null)
    {
        if (source.IsEmpty)
        {
            target.AsSpan(0, count ?? 0).Clear();
            return;
        }

        for (var i = 0; i < source.Length; i++)
        {
            var value = source[i];
            if ((uint)value >= (uint)bound)
            {
                throw new ArgumentException($"{what} {i}: expected 0 to {bound - 1}, got {value}");
            }

            target[i] = value;
        }
    }

    private void CopyMask(ReadOnlySpan<int> source, int count)
    {
        if (source.IsEmpty)
        {
            _mask.AsSpan(0, count).Fill(1);
            return;
        }

        for (var i = 0; i < source.Length; i++)
        {
            var value = source[i];
            if (value is not (0 or 1))
            {
                throw new ArgumentException($"mask {i}: expected 0 or 1, got {value}");
            }

            _mask[i] = (byte)value;
        }
    }
}
