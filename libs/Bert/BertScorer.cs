using Moodstream.Bert.Engine;
using Moodstream.Bert.Weights;
using Moodstream.Text;

namespace Moodstream.Bert;

/// <summary>Runs a model. One caller at a time; allocation-free once warm.</summary>
/// <remarks>
/// A sequence's logits are the same bits whatever else is in the batch, whatever its place in it and however many
/// threads run, on one kind of processor.
/// </remarks>
public sealed class BertScorer : IDisposable
{
    private readonly BertModel _model;
    private readonly NativeArena _weights;
    private readonly BatchPlan _plan;
    private readonly WorkerTeam _team;
    private readonly int _threads;
    private readonly int _maxBatchTokens;
    private readonly int[] _ids;
    private readonly int[] _lengths;
    private bool _disposed;

    internal BertScorer(BertModel model, NativeArena weights, BertScorerOptions options, Func<BlockRunner> createRunner)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Threads, BertScorerOptions.MostThreads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatchTokens, model.MaxTokens, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            options.MaxBatchTokens, BertScorerOptions.MostBatchTokens, nameof(options));
        _model = model;
        _threads = options.Threads;
        _maxBatchTokens = options.MaxBatchTokens;
        _plan = new BatchPlan(model.Config, options.MaxBatchTokens);
        _ids = new int[options.MaxBatchTokens + model.MaxTokens];
        _lengths = new int[options.MaxBatchTokens];

        // The reference comes before the runners read a weight and goes after the last of them has ended.
        var referenced = false;
        weights.DangerousAddRef(ref referenced);
        _weights = weights;
        _team = new WorkerTeam([.. Enumerable.Range(0, options.Threads).Select(_ => createRunner())]);
    }

    /// <summary>Scores a ragged batch: sequences one after another, no padding.</summary>
    /// <param name="batch">The sequences. Padding at their ends (mask 0) is cut before anything is computed.</param>
    /// <param name="logitsBC">[B, C] row-major, overwritten; what lies beyond is left alone.</param>
    /// <exception cref="ArgumentException">
    /// A length, id, segment or mask is out of its range, the batch is larger than MaxBatchTokens, or there
    /// is no room for B x C logits; the message names index and value, and nothing was computed.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The scorer was disposed.</exception>
    public unsafe void ScoreIds(TokenBatch batch, Span<float> logitsBC)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireRoom(batch.Lengths.Length, logitsBC.Length);
        _plan.Take(batch, _threads);
        fixed (float* logits = logitsBC)
        {
            _team.Run(_plan, logits);
        }
    }

    /// <summary>Normalises, tokenises and scores texts.</summary>
    /// <param name="texts">Any number whose ids fit in MaxBatchTokens.</param>
    /// <param name="logitsBC">[B, C] row-major, overwritten; what lies beyond is left alone.</param>
    /// <param name="lengths">[B], overwritten; what lies beyond is left alone.</param>
    /// <exception cref="ArgumentException">
    /// The ids do not fit, or <paramref name="logitsBC"/> or <paramref name="lengths"/> is too short.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The scorer was disposed.</exception>
    public void ScoreTexts(ReadOnlySpan<string> texts, Span<float> logitsBC, Span<EncodedLength> lengths)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RequireRoom(texts.Length, logitsBC.Length);
        if (lengths.Length < texts.Length)
        {
            throw new ArgumentException($"expected room for {texts.Length} lengths, got {lengths.Length}", nameof(lengths));
        }

        var tokens = 0;
        for (var i = 0; i < texts.Length; i++)
        {
            lengths[i] = _model.Encoder.Encode(texts[i], _ids.AsSpan(tokens, _model.MaxTokens));
            tokens += lengths[i].Tokens;
            if (tokens > _maxBatchTokens)
            {
                throw new ArgumentException(
                    $"expected texts of at most {_maxBatchTokens} token ids (MaxBatchTokens), got {tokens} at text {i}", nameof(texts));
            }

            _lengths[i] = lengths[i].Tokens;
        }

        ScoreIds(new TokenBatch(_ids.AsSpan(0, tokens), _lengths.AsSpan(0, texts.Length)), logitsBC);
    }

    /// <summary>Ends the threads and frees the buffers. Not while another thread scores.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _team.Dispose();
        _weights.DangerousRelease();
    }

    private void RequireRoom(int sequences, int logits)
    {
        var classes = _model.Labels.Count;
        if (logits < (long)sequences * classes)
        {
            throw new ArgumentException($"expected room for {sequences} x {classes} logits, got {logits}", nameof(logits));
        }
    }
}
