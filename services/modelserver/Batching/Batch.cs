using Moodstream.Bert;

namespace Moodstream.ModelServer.Batching;

/// <summary>The next call of the model: sequences of one job or of many, copied end to end into memory used again and again.</summary>
internal sealed class Batch
{
    private readonly int _classes;
    private readonly int[] _ids;
    private readonly int[] _segmentIds;
    private readonly int[] _mask;
    private readonly int[] _lengths;
    private readonly float[] _logitsBC;
    private readonly List<Part> _parts = [];
    private bool _hasSegments;
    private bool _hasMask;

    /// <summary>Takes memory for the largest batch.</summary>
    /// <param name="capacity">Most token ids, and at least those of the longest sequence.</param>
    /// <param name="classes">Logits of a sequence (C).</param>
    public Batch(int capacity, int classes)
    {
        _classes = classes;
        _ids = new int[capacity];
        _segmentIds = new int[capacity];
        _mask = new int[capacity];
        _lengths = new int[capacity];
        _logitsBC = new float[capacity * classes];
    }

    /// <summary>Token ids so far.</summary>
    public int Tokens { get; private set; }

    /// <summary>Sequences so far.</summary>
    public int Sequences { get; private set; }

    /// <summary>Token ids of each sequence, in order.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Sequences);

    /// <summary>The jobs that have a part in it, with how many sequences.</summary>
    public IEnumerable<(ScoreJob Job, int Count)> Parts => _parts.Select(p => (p.Job, p.Count));

    /// <summary>The jobs that have a part in it.</summary>
    public IEnumerable<ScoreJob> Jobs => _parts.Select(p => p.Job);

    /// <summary>Those whose first part is in it.</summary>
    public IEnumerable<ScoreJob> JobsBegun => _parts.Where(p => p.FirstInJob == 0).Select(p => p.Job);

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _parts.Clear();
        Tokens = 0;
        Sequences = 0;
        _hasSegments = false;
        _hasMask = false;
    }

    /// <summary>Adds as many sequences of a job as fit.</summary>
    /// <param name="job">A job.</param>
    /// <param name="first">Its first sequence not yet in a batch.</param>
    /// <param name="start">Where that sequence starts among the job's ids.</param>
    /// <param name="limit">Most token ids in the batch; a longer sequence goes alone.</param>
    /// <param name="share">Token ids that the batch should have: it ends at the sequence whose end is nearest.</param>
    /// <returns>How many sequences were added; 0 when the batch is full.</returns>
    public int Add(ScoreJob job, int first, int start, int limit, long share)
    {
        var lengths = job.Sequences.Lengths;
        var tokens = 0;
        var count = 0;
        while (first + count < lengths.Length && Takes(Tokens + tokens, lengths[first + count]))
        {
            tokens += lengths[first + count];
            count++;
        }

        bool Takes(int before, int length) =>
            before == 0 || (before + length <= limit && (2L * before) + length < 2 * share);

        if (count > 0)
        {
            Copy(job.Sequences, first, count, start, tokens);
            _parts.Add(new Part(job, first, Sequences, count));
            Sequences += count;
            Tokens += tokens;
        }

        return count;
    }

    /// <summary>Scores it, and gives every job its logits.</summary>
    public void Run(BertScorer scorer)
    {
        scorer.ScoreIds(
            new TokenBatch(
                _ids.AsSpan(0, Tokens),
                _lengths.AsSpan(0, Sequences),
                _hasSegments ? _segmentIds.AsSpan(0, Tokens) : default,
                _hasMask ? _mask.AsSpan(0, Tokens) : default),
            _logitsBC);
        foreach (var part in _parts)
        {
            _logitsBC.AsSpan(part.FirstInBatch * _classes, part.Count * _classes)
                .CopyTo(part.Job.LogitsBC.AsSpan(part.FirstInJob * _classes));
            part.Job.Completed(part.Count);
        }
    }

    private void Copy(TokenSequences sequences, int first, int count, int start, int tokens)
    {
        sequences.Ids.AsSpan(start, tokens).CopyTo(_ids.AsSpan(Tokens));
        sequences.Lengths.AsSpan(first, count).CopyTo(_lengths.AsSpan(Sequences));
        CopyOrFill(sequences.SegmentIds, start, tokens, _segmentIds, 0, ref _hasSegments);
        CopyOrFill(sequences.Mask, start, tokens, _mask, 1, ref _hasMask);
    }

    // A batch in which nobody has the values does without them; the first who does fills them up for all before.
    private void CopyOrFill(int[]? values, int start, int tokens, int[] target, int absent, ref bool any)
    {
        if (values is not null && !any)
        {
            any = true;
            target.AsSpan(0, Tokens).Fill(absent);
        }

        if (values is not null)
        {
            values.AsSpan(start, tokens).CopyTo(target.AsSpan(Tokens));
        }
        else if (any)
        {
            target.AsSpan(Tokens, tokens).Fill(absent);
        }
    }

    private readonly record struct Part(ScoreJob Job, int FirstInJob, int FirstInBatch, int Count);
}
