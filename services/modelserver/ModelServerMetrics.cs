using System.Diagnostics.Metrics;

namespace Moodstream.ModelServer;

/// <summary>Instruments of the model server. Tags are closed sets; names in requests are not tags.</summary>
internal sealed class ModelServerMetrics
{
    public const string MeterName = "Moodstream.ModelServer";

    public const string Requests = "moodstream.modelserver.requests";
    public const string RequestDuration = "moodstream.modelserver.request.duration";
    public const string BatchDuration = "moodstream.modelserver.batch.duration";
    public const string BatchSequences = "moodstream.modelserver.batch.sequences";
    public const string BatchTokens = "moodstream.modelserver.batch.tokens";
    public const string QueueDuration = "moodstream.modelserver.queue.duration";
    public const string RequestSequences = "moodstream.modelserver.request.sequences";
    public const string Loads = "moodstream.modelserver.loads";
    public const string LoadDuration = "moodstream.modelserver.load.duration";
    public const string BatchFailures = "moodstream.modelserver.batch.failures";
    public const string AbandonedRequests = "moodstream.modelserver.abandoned";
    public const string Queue = "moodstream.modelserver.queue";
    public const string OldestAge = "moodstream.modelserver.oldest_age";

    private readonly Meter _meter;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestDuration;
    private readonly Histogram<int> _sequences;
    private readonly Histogram<double> _queueDuration;
    private readonly Histogram<double> _batchDuration;
    private readonly Histogram<int> _batchSequences;
    private readonly Histogram<int> _batchTokens;
    private readonly Counter<long> _batchFailures;
    private readonly Counter<long> _abandoned;
    private readonly Counter<long> _loads;
    private readonly Histogram<double> _loadDuration;

    public ModelServerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _requests = _meter.CreateCounter<long>(Requests, "{request}", "Requests answered, by method, entry point and status.");
        _requestDuration = _meter.CreateHistogram(
            RequestDuration, "s", "Time from request to answer of those answered OK, by method and entry point.", advice: Seconds);
        _sequences = _meter.CreateHistogram(RequestSequences, "{sequence}", "Sequences in a request.", advice: Powers);
        _queueDuration = _meter.CreateHistogram(
            QueueDuration, "s", "Time from request to the first batch it has a part in.", advice: Seconds);
        _batchDuration = _meter.CreateHistogram(BatchDuration, "s", "Time a thread took for a batch.", advice: Seconds);
        _batchSequences = _meter.CreateHistogram(BatchSequences, "{sequence}", "Sequences in a batch.", advice: Powers);
        _batchTokens = _meter.CreateHistogram(BatchTokens, "{token}", "Token ids in a batch, padding not counted.", advice: Powers);
        _batchFailures = _meter.CreateCounter<long>(BatchFailures, "{batch}", "Batches the model failed on.");
        _abandoned = _meter.CreateCounter<long>(
            AbandonedRequests, "{request}", "Requests dropped before they were computed: whoever asked had left.");
        _loads = _meter.CreateCounter<long>(Loads, "{load}", "Versions loaded, by whether they were taken into service.");
        _loadDuration = _meter.CreateHistogram(LoadDuration, "s", "Time to load a version and test it.", advice: Seconds);
    }

    private static InstrumentAdvice<double> Seconds { get; } = new()
    {
        HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
    };

    private static InstrumentAdvice<int> Powers { get; } = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192],
    };

    /// <summary>A request was answered.</summary>
    /// <param name="method">Such as Predict.</param>
    /// <param name="entryPoint">GRPC or REST.</param>
    /// <param name="status">Name of the status code as TensorFlow writes it, such as INVALID_ARGUMENT.</param>
    /// <param name="duration">From request to answer.</param>
    public void Request(string method, string entryPoint, string status, TimeSpan duration)
    {
        var methodTag = new KeyValuePair<string, object?>("method", method);
        var entryPointTag = new KeyValuePair<string, object?>("entrypoint", entryPoint);
        _requests.Add(1, methodTag, entryPointTag, new KeyValuePair<string, object?>("status", status));
        if (status == "OK")
        {
            _requestDuration.Record(duration.TotalSeconds, methodTag, entryPointTag);
        }
    }

    public void Accepted(int sequences) => _sequences.Record(sequences);

    public void Queued(TimeSpan duration) => _queueDuration.Record(duration.TotalSeconds);

    public void Batch(TimeSpan duration, int sequences, int tokens)
    {
        _batchDuration.Record(duration.TotalSeconds);
        _batchSequences.Record(sequences);
        _batchTokens.Record(tokens);
    }

    public void BatchFailed() => _batchFailures.Add(1);

    public void Abandoned(int requests)
    {
        if (requests > 0)
        {
            _abandoned.Add(requests);
        }
    }

    public void Loaded(bool taken, TimeSpan duration)
    {
        _loads.Add(1, new KeyValuePair<string, object?>("status", taken ? "OK" : "failed"));
        if (taken)
        {
            _loadDuration.Record(duration.TotalSeconds);
        }
    }

    /// <summary>Shows length and age of what waits for the model.</summary>
    public void Observe(Func<int> queue, Func<TimeSpan> oldestAge)
    {
        _meter.CreateObservableGauge(Queue, queue, "{sequence}", "Sequences that wait for the model.");
        _meter.CreateObservableGauge(
            OldestAge,
            () => oldestAge().TotalSeconds,
            "s",
            "How long the request that is next has been waiting for the model.");
    }
}
