using Moodstream.Bert;
using Moodstream.Classifier.Inference;
using Moodstream.Text;

namespace Moodstream.Cli.Score;

/// <summary>A model folder with the labels negative, neutral and positive, in any order.</summary>
internal sealed class BertTextScorer : ITextScorer
{
    private const int C = MoodColumns.Count;

    private readonly BertModel _model;
    private readonly BertScorer _scorer;
    private readonly MoodColumns _columns;
    private float[] _logitsBC = [];

    private BertTextScorer(BertModel model, BertScorer scorer, MoodColumns columns)
    {
        _model = model;
        _scorer = scorer;
        _columns = columns;
    }

    public string WeightsHash => _model.WeightsSha256;

    public int MaxTokens => _model.Encoder.MaxTokens;

    /// <summary>Loads a model folder.</summary>
    /// <param name="folder">The folder; null when there is none to load.</param>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="batchTokens">Most token ids scored at once.</param>
    /// <exception cref="CommandException">It is no model, or not one of these labels.</exception>
    public static BertTextScorer Load(string? folder, int threads, int batchTokens)
    {
        var model = LoadFolder(folder ?? throw new CommandException(
            ExitCodes.Unreadable, "no model: there is none beside or above the program; name one with --model DIR"));
        try
        {
            if (!MoodColumns.TryFind(model.Labels, out var columns))
            {
                throw new CommandException(
                    ExitCodes.Unreadable,
                    $"{folder}: expected the labels {MoodColumns.Needed}, came {string.Join(", ", model.Labels)}");
            }

            if (batchTokens < model.Encoder.MaxTokens)
            {
                throw new CommandException(
                    ExitCodes.Usage,
                    $"--batch-tokens is {batchTokens}; expected at least {model.Encoder.MaxTokens}, one whole post of this model");
            }

            var options = new BertScorerOptions { Threads = threads, MaxBatchTokens = batchTokens };
            return new BertTextScorer(model, model.CreateScorer(options), columns);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public EncodedLength Encode(ReadOnlySpan<char> text, Span<int> tokenIds) => _model.Encoder.Encode(text, tokenIds);

    public void Score(ReadOnlySpan<int> tokenIds, ReadOnlySpan<int> lengths, Span<float> probabilitiesBC)
    {
        if (_logitsBC.Length < lengths.Length * C)
        {
            _logitsBC = new float[lengths.Length * C];
        }

        var logitsBC = _logitsBC.AsSpan(0, lengths.Length * C);
        _scorer.ScoreIds(new TokenBatch(tokenIds, lengths), logitsBC);
        Span<float> probabilities = stackalloc float[C];
        for (var i = 0; i < logitsBC.Length; i += C)
        {
            ClassProbabilities.FromLogits(logitsBC.Slice(i, C), probabilities);
            probabilitiesBC[i] = probabilities[_columns.Negative];
            probabilitiesBC[i + 1] = probabilities[_columns.Neutral];
            probabilitiesBC[i + 2] = probabilities[_columns.Positive];
        }
    }

    public void Dispose()
    {
        _scorer.Dispose();
        _model.Dispose();
    }

    private static BertModel LoadFolder(string folder)
    {
        try
        {
            return BertModel.Load(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or ModelFormatException or TextFormatException)
        {
            throw new CommandException(ExitCodes.Unreadable, $"model {folder}: {e.Message}");
        }
    }
}
