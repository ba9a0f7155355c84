using Moodstream.Classifier.Inference;

namespace Moodstream.Classifier.Batching;

/// <summary>
/// Tells trouble with the model from trouble with a post: asks for a post that is known to be good, and waits, with
/// back-off, until it is scored. Those who wait ask one after another, so the model never has more than one of them to answer.
/// </summary>
internal sealed class ModelWatch : IDisposable
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    private readonly ModelCaller _caller;
    private readonly TimeProvider _time;
    private readonly ClassifierMetrics _metrics;
    private readonly ILogger _logger;
    private readonly InferenceBatch _control;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile string? _trouble;

    public ModelWatch(
        ScoringModel model, ModelCaller caller, TimeProvider time, ClassifierMetrics metrics, ILogger logger)
    {
        _caller = caller;
        _time = time;
        _metrics = metrics;
        _logger = logger;

        var tokenIds = new int[model.MaxTokens];
        var length = model.Encode("good morning", tokenIds);
        _control = new InferenceBatch(
            tokenIds.AsMemory(0, length.Tokens), new[] { length.Tokens }, new float[MoodColumns.Count]);
    }

    /// <summary>Why posts wait for the model, for a person; null while it answers.</summary>
    public string? Trouble => _trouble;

    /// <summary>Ends once the control post has been scored, at first asking or after however many.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var outcome = await _caller.CallAsync(_control, cancellationToken);
            if (outcome.Model is null)
            {
                await WaitAsync(outcome, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Not while somebody waits.</summary>
    public void Dispose() => _turn.Dispose();

    private async Task WaitAsync(CallOutcome outcome, CancellationToken cancellationToken)
    {
        var since = _time.GetTimestamp();
        string? said = null;
        var backOff = FirstBackOff;
        while (outcome.Model is null)
        {
            said = Say(outcome, said);
            await Task.Delay(backOff, _time, cancellationToken);
            backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
            outcome = await _caller.CallAsync(_control, cancellationToken);
        }

        _trouble = null;
        _logger.ModelRecovered(_time.GetElapsedTime(since));
    }

    /// <summary>Shows the newest reason, and logs each kind once in a row.</summary>
    private string Say(CallOutcome outcome, string? said)
    {
        var kind = outcome.Refusal is null
            ? (outcome.Trouble as InferenceException)?.Code ?? ClassifierMetrics.OtherFailure
            : ClassifierMetrics.ControlRefused;
        var reason = outcome.Refusal is { } refusal
            ? $"it refuses a post known to be good: {refusal}"
            : outcome.Trouble!.Message; // what neither scored nor refused is trouble
        if (outcome.Refusal is not null)
        {
            _metrics.InferenceFailed(kind);
        }

        _trouble = reason;
        if (kind != said)
        {
            // Of trouble with a name the trace says nothing more.
            _logger.ModelInTrouble(reason, outcome.Trouble is InferenceException ? null : outcome.Trouble);
        }

        return kind;
    }
}
