using Moodstream.Classifier.Inference;
using Moodstream.Contracts;
using Moodstream.Text;

namespace Moodstream.Classifier.Tests.Inference;

/// <summary>
/// A model whose tokens are the text's characters between 101 and 102. It refuses batches that hold a '!', fails on
/// those that hold a '?', and gives each sequence a mood by its length, whatever it is batched with.
/// </summary>
internal sealed class FakeModel : IInference
{
    public const int MaxTokens = 16;

    public static readonly ModelVersion Version = new("fake", 3);

    private int _outage;

    /// <summary>Lengths of the sequences of every batch that was asked for.</summary>
    public Recorded<int[]> Batches { get; } = new();

    /// <summary>Calls that have ended.</summary>
    public Recorded<int[]> Answered { get; } = new();

    /// <summary>Every text that was encoded.</summary>
    public Recorded<string> Encoded { get; } = new();

    /// <summary>Awaited before each answer.</summary>
    public Func<Task> Gate { get; set; } = () => Task.CompletedTask;

    /// <summary>Whether every batch is refused.</summary>
    public bool RefusesAll { get; set; }

    /// <summary>Whether a batch that holds a '?' fails.</summary>
    public bool FailsOnQuestions { get; set; } = true;

    /// <summary>Most sequences of a batch; more are too large a batch.</summary>
    public int MostSequences { get; set; } = int.MaxValue;

    /// <summary>Most token ids of a batch; more are too large a batch.</summary>
    public int MostTokens { get; set; } = int.MaxValue;

    /// <summary>How many of the next calls fail, whatever they ask for.</summary>
    public int FailNext
    {
        set => _outage = value;
    }

    public bool IsDisposed { get; private set; }

    public ScoringModel Model() => new()
    {
        Folder = Version,
        Labels = ["neutral", "positive", "negative"],
        MaxTokens = MaxTokens,
        Encode = Encode,
        Inference = this,
    };

    /// <summary>The mood of a text that is scored.</summary>
    public static Sentiment Expected(string text)
    {
        var tokens = Math.Min(text.Length, MaxTokens - 2) + 2;
        return (tokens % 3) switch
        {
            0 => new Sentiment(SentimentLabel.Neutral, 0.1f, 0.7f, 0.2f),
            1 => new Sentiment(SentimentLabel.Positive, 0.2f, 0.1f, 0.7f),
            _ => new Sentiment(SentimentLabel.Negative, 0.7f, 0.2f, 0.1f),
        };
    }

    public async Task<InferenceAnswer> InferAsync(InferenceBatch batch, CancellationToken cancellationToken)
    {
        Batches.Add(batch.Lengths.ToArray());
        await Gate();
        try
        {
            return Answer(batch);
        }
        finally
        {
            Answered.Add(batch.Lengths.ToArray());
        }
    }

    public void Dispose() => IsDisposed = true;

    private InferenceAnswer Answer(InferenceBatch batch)
    {
        if (_outage > 0)
        {
            _outage--;
            throw new InvalidOperationException("no answer");
        }

        if (batch.Lengths.Length > MostSequences || batch.TokenIds.Length > MostTokens)
        {
            throw new InferenceException("too_large", $"at most {MostSequences} sequences") { IsTooLarge = true };
        }

        return RefusesAll || batch.TokenIds.Span.Contains('!')
            ? InferenceAnswer.Refused("ids must be letters")
            : FailsOnQuestions && batch.TokenIds.Span.Contains('?')
                ? throw new InvalidOperationException("crashed")
                : Score(batch);
    }

    private static InferenceAnswer Score(InferenceBatch batch)
    {
        for (var b = 0; b < batch.Lengths.Length; b++)
        {
            var row = batch.ProbabilitiesBC.Span.Slice(b * 3, 3);
            for (var c = 0; c < row.Length; c++)
            {
                row[c] = ((c - (batch.Lengths.Span[b] % 3) + 3) % 3) switch { 0 => 0.7f, 1 => 0.2f, _ => 0.1f };
            }
        }

        return InferenceAnswer.Scored(Version);
    }

    private EncodedLength Encode(ReadOnlySpan<char> text, Span<int> tokenIds)
    {
        var kept = Math.Min(text.Length, MaxTokens - 2);
        tokenIds[0] = 101;
        for (var i = 0; i < kept; i++)
        {
            tokenIds[i + 1] = text[i];
        }

        tokenIds[kept + 1] = 102;
        Encoded.Add(text.ToString());
        return new EncodedLength(kept + 2, kept < text.Length);
    }
}
