using System.Diagnostics.Metrics;
using Moodstream.Contracts;

namespace Moodstream.Classifier;

/// <summary>Instruments of the classifier. Tags are closed sets; topics and authors are not tags.</summary>
internal sealed class ClassifierMetrics
{
    public const string MeterName = "Moodstream.Classifier";

    /// <summary>Code of trouble that has no name.</summary>
    public const string OtherFailure = "other";

    /// <summary>Code of a model that refuses even the control post.</summary>
    public const string ControlRefused = "control_refused";

    private readonly Meter _meter;
    private readonly Counter<long> _scored;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _postponed;
    private readonly Counter<long> _publishesRefused;
    private readonly Counter<long> _troubles;
    private readonly Histogram<double> _batchDuration;
    private readonly Histogram<int> _batchTokens;

    public ClassifierMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _scored = _meter.CreateCounter<long>(
            "moodstream.classifier.scored", "{post}", "Posts scored and published.");
        _rejected = _meter.CreateCounter<long>(
            "moodstream.classifier.rejected", "{post}", "Posts that can never be scored, by reason.");
        _postponed = _meter.CreateCounter<long>(
            "moodstream.classifier.postponed", "{post}", "Posts the model failed on alone, left to a later delivery.");
        _publishesRefused = _meter.CreateCounter<long>(
            "moodstream.classifier.publish.refused", "{event}", "Results the broker did not take, by topic.");
        _troubles = _meter.CreateCounter<long>(
            "moodstream.classifier.inference.failures",
            "{call}",
            "Calls of the model that failed for no post's sake, by code.");
        _batchDuration = _meter.CreateHistogram(
            "moodstream.classifier.batch.duration",
            "s",
            "Time the model took for a batch.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
            });
        _batchTokens = _meter.CreateHistogram(
            "moodstream.classifier.batch.tokens",
            "{token}",
            "Token ids in a batch.",
            advice: new InstrumentAdvice<int>
            {
                HistogramBucketBoundaries = [16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384],
            });
    }

    public void Scored() => _scored.Add(1);

    public void Rejected(RejectReason reason)
    {
        var tag = reason switch
        {
            RejectReason.Malformed => "malformed",
            RejectReason.Refused => "refused",
            _ => "unscorable",
        };
        _rejected.Add(1, new KeyValuePair<string, object?>("reason", tag));
    }

    public void Postponed() => _postponed.Add(1);

    public void PublishRefused(string topic) =>
        _publishesRefused.Add(1, new KeyValuePair<string, object?>("topic", topic));

    /// <summary>Counts a failed call.</summary>
    /// <param name="code">
    /// <see cref="Inference.InferenceException.Code"/>, <see cref="OtherFailure"/> or <see cref="ControlRefused"/>.
    /// </param>
    public void InferenceFailed(string code) => _troubles.Add(1, new KeyValuePair<string, object?>("code", code));

    public void Batch(TimeSpan duration, int tokens)
    {
        _batchDuration.Record(duration.TotalSeconds);
        _batchTokens.Record(tokens);
    }

    /// <summary>Shows length and age of what waits for the model.</summary>
    public void Observe(Func<int> queue, Func<TimeSpan> oldestAge)
    {
        _meter.CreateObservableGauge(
            "moodstream.classifier.queue", queue, "{post}", "Posts that wait for the model.");
        _meter.CreateObservableGauge(
            "moodstream.classifier.oldest_age",
            () => oldestAge().TotalSeconds,
            "s",
            "How long the post that is next has been waiting for the model.");
    }
}
