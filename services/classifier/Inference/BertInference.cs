using System.Collections.Concurrent;
using Moodstream.Bert;
using Moodstream.Contracts;

namespace Moodstream.Classifier.Inference;

/// <summary>
/// The model in this process. One thread of its own computes: a batch takes longer than a pool thread may be held.
/// </summary>
internal sealed class BertInference : IInference
{
    private readonly BertModel _model;
    private readonly BertScorer _scorer;
    private readonly ModelVersion _version;
    private readonly BlockingCollection<Job> _jobs = [];
    private readonly Thread _thread;

    private BertInference(BertModel model, BertScorerOptions options)
    {
        _model = model;
        _version = new ModelVersion(model.Name, model.Version);
        _scorer = model.CreateScorer(options);
        _thread = new Thread(Compute) { IsBackground = true, Name = "Moodstream model" };
        _thread.Start();
    }

    /// <summary>Loads a model folder.</summary>
    public static ScoringModel Load(ClassifierOptions options)
    {
        var model = BertModel.Load(options.Model);
        try
        {
            var labels = options.ModelLabels ?? model.Labels;
            if (labels.Count != model.Labels.Count)
            {
                throw new UnsuitableModelException(
                    $"model {model.Name} version {model.Version} has {model.Labels.Count} classes, but "
                    + $"{ClassifierOptions.Section}:{nameof(ClassifierOptions.ModelLabels)} names {labels.Count}");
            }

            var inference = new BertInference(model, new BertScorerOptions
            {
                Threads = options.Threads ?? Environment.ProcessorCount,
                MaxBatchTokens = options.MaxBatchTokens,
            });
            return new ScoringModel
            {
                Folder = inference._version,
                Labels = labels,
                MaxTokens = model.Encoder.MaxTokens,
                Encode = model.Encoder.Encode,
                Inference = inference,
            };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public Task<InferenceAnswer> InferAsync(InferenceBatch batch, CancellationToken cancellationToken)
    {
        var job = new Job(batch);
        _jobs.Add(job, cancellationToken);
        return job.Answer.Task;
    }

    /// <summary>Waits for the batch under way.</summary>
    public void Dispose()
    {
        _jobs.CompleteAdding();
        _thread.Join();
        _jobs.Dispose();
        _scorer.Dispose();
        _model.Dispose();
    }

    private void Compute()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            try
            {
                job.Answer.SetResult(Score(job.Batch));
            }
            catch (ArgumentException exception)
            {
                // What the scorer throws for ids it cannot take, before any work.
                job.Answer.SetResult(InferenceAnswer.Refused(exception.Message));
            }
            catch (Exception exception)
            {
                job.Answer.SetException(exception);
            }
        }
    }

    private InferenceAnswer Score(InferenceBatch batch)
    {
        var probabilities = batch.ProbabilitiesBC.Span;
        _scorer.ScoreIds(new TokenBatch(batch.TokenIds.Span, batch.Lengths.Span), probabilities);
        var classes = _model.Labels.Count;
        Span<float> logits = stackalloc float[classes];
        for (var b = 0; b < batch.Lengths.Length; b++)
        {
            var row = probabilities.Slice(b * classes, classes);
            row.CopyTo(logits);
            foreach (var logit in logits)
            {
                if (!float.IsFinite(logit))
                {
                    return InferenceAnswer.Refused($"the model gave the logit {logit}");
                }
            }

            ClassProbabilities.FromLogits(logits, row);
        }

        return InferenceAnswer.Scored(_version);
    }

    private sealed class Job(InferenceBatch batch)
    {
        public InferenceBatch Batch => batch;

        public TaskCompletionSource<InferenceAnswer> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
