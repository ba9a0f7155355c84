namespace Moodstream.ModelServer.Monitoring;

/// <summary>
/// Which metrics the page has, and the instruments they are fed by. Those with a leading colon have the names, labels,
/// units and buckets of TensorFlow Serving, for the dashboards there are.
/// </summary>
internal static class PageMetrics
{
    private const double Microseconds = 1e6;
    private const string Predict = "Predict";

    // TensorFlow Serving's: monitoring::Buckets::Exponential of (10, 1.8, 33), (100, 1.2, 52) and (1, 2, 15).
    private static readonly double[] Latencies = Exponential(10, 1.8, 33);
    private static readonly double[] QueueLatencies = Exponential(100, 1.2, 52);
    private static readonly double[] Counts = Exponential(1, 2, 15);

    /// <summary>All of them, in the order of the page.</summary>
    /// <param name="modelName">Label of the model.</param>
    /// <param name="modelBase">Label of its folder.</param>
    public static IReadOnlyList<(string Instrument, Metric Metric)> For(string modelName, string modelBase) =>
        [.. TensorFlowServing(modelName), .. SavedModel(modelBase), .. Ours()];

    private static IEnumerable<(string Instrument, Metric Metric)> TensorFlowServing(string modelName)
    {
        var model = ("model_name", modelName);
        yield return (ModelServerMetrics.Requests, Counter(
            ":tensorflow:serving:request_count",
            "Predict requests, by status.",
            new MetricLabels([model], ("status", "status")) { Only = ("method", Predict) }));
        yield return (ModelServerMetrics.RequestDuration, Histogram(
            ":tensorflow:serving:request_latency",
            "Microseconds from request to answer of those answered OK.",
            new MetricLabels([model], ("method", "API"), ("entrypoint", "entrypoint")),
            Latencies,
            Microseconds));
        yield return (ModelServerMetrics.BatchDuration, Histogram(
            ":tensorflow:serving:runtime_latency",
            "Microseconds a thread took for a batch.",
            new MetricLabels([model, ("API", Predict), ("runtime", "Moodstream")]),
            Latencies,
            Microseconds));
        yield return (ModelServerMetrics.RequestSequences, Histogram(
            ":tensorflow:serving:request_example_counts",
            "Sequences in a request.",
            new MetricLabels([("model", modelName)]),
            Counts));
        yield return (ModelServerMetrics.RequestSequences, Counter(
            ":tensorflow:serving:request_example_count_total",
            "Sequences in all requests.",
            new MetricLabels([("model", modelName)])));
        yield return (ModelServerMetrics.QueueDuration, Histogram(
            ":tensorflow:serving:batching_session:queuing_latency",
            "Microseconds from request to its first batch.",
            new MetricLabels([]),
            QueueLatencies,
            Microseconds));
        yield return (ModelServerMetrics.BatchSequences, Histogram(
            ":tensorflow:serving:batching_session:processed_batch_size",
            "Sequences in a batch.",
            new MetricLabels([model]),
            Counts));
    }

    private static IEnumerable<(string Instrument, Metric Metric)> SavedModel(string modelBase)
    {
        var path = ("model_path", modelBase);
        yield return (ModelServerMetrics.Loads, Counter(
            ":tensorflow:cc:saved_model:load_attempt_count",
            "Versions loaded, by whether they were taken into service.",
            new MetricLabels([path], ("status", "status")) { NameOf = status => status == "OK" ? "success" : "fail" }));
        yield return (ModelServerMetrics.LoadDuration, Counter(
            ":tensorflow:cc:saved_model:load_latency",
            "Microseconds to load and test the versions taken into service.",
            new MetricLabels([path]),
            Microseconds));
    }

    private static IEnumerable<(string Instrument, Metric Metric)> Ours()
    {
        var none = new MetricLabels([]);
        yield return (ModelServerMetrics.Requests, Counter(
            "moodstream_modelserver_requests_total",
            "Requests answered.",
            new MetricLabels([], ("method", "method"), ("entrypoint", "entrypoint"), ("status", "status"))));
        yield return (ModelServerMetrics.BatchTokens, Histogram(
            "moodstream_modelserver_batch_tokens", "Token ids in a batch, padding not counted.", none, Counts));
        yield return (ModelServerMetrics.BatchFailures, Counter(
            "moodstream_modelserver_batch_failures_total", "Batches the model failed on.", none));
        yield return (ModelServerMetrics.AbandonedRequests, Counter(
            "moodstream_modelserver_abandoned_total",
            "Requests dropped before they were computed: whoever asked had left.",
            none));
        yield return (ModelServerMetrics.Queue, Gauge(
            "moodstream_modelserver_queue_sequences", "Sequences that wait for the model."));
        yield return (ModelServerMetrics.OldestAge, Gauge(
            "moodstream_modelserver_oldest_age_seconds",
            "How long the request that is next has been waiting for the model."));
    }

    private static Metric Counter(string name, string help, MetricLabels labels, double scale = 1) =>
        new(name, "counter", help, labels, () => new CounterSeries(scale));

    private static Metric Gauge(string name, string help) =>
        new(name, "gauge", help, new MetricLabels([]), () => new GaugeSeries());

    private static Metric Histogram(string name, string help, MetricLabels labels, double[] bounds, double scale = 1) =>
        new(name, "histogram", help, labels, () => new HistogramSeries(bounds, scale));

    private static double[] Exponential(double first, double factor, int count) =>
        [.. Enumerable.Range(0, count).Select(i => first * Math.Pow(factor, i))];
}
