using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Moodstream.ModelServer.Monitoring;
using Moodstream.ModelServer.Tests.Rest;
using Moodstream.ModelServer.Tests.Support;

namespace Moodstream.ModelServer.Tests.Monitoring;

public sealed class PrometheusPageTests
{
    private const string Latency = ":tensorflow:serving:request_latency";

    [Fact]
    public async Task Page_AfterRequests_CountsThemUnderTensorFlowServingsNames()
    {
        using var host = await RestHost.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await host.PredictAsync(RestHost.Rows);
        }

        await host.PredictAsync("{}");
        await host.PostAsync("/v1/models/nope:predict", System.Text.Encoding.UTF8.GetBytes(RestHost.Rows));
        await host.GetAsync("/v1/models/bert");
        await host.Server.PredictAsync(Some.Request(5, 4));

        var page = await host.PageAsync();

        Assert.Equal(4, page[":tensorflow:serving:request_count{model_name=bert,status=OK}"]);
        Assert.Equal(1, page[":tensorflow:serving:request_count{model_name=bert,status=INVALID_ARGUMENT}"]);
        Assert.Equal(1, page[":tensorflow:serving:request_count{model_name=bert,status=NOT_FOUND}"]);
        Assert.Equal(3, page[$"{Latency}_count{{model_name=bert,API=Predict,entrypoint=REST}}"]);
        Assert.Equal(1, page[$"{Latency}_count{{model_name=bert,API=Predict,entrypoint=GRPC}}"]);
        Assert.Equal(1, page[$"{Latency}_count{{model_name=bert,API=GetModelStatus,entrypoint=REST}}"]);
        Assert.Equal(4, page[":tensorflow:serving:runtime_latency_count{model_name=bert,API=Predict,runtime=Moodstream}"]);
        Assert.Equal(4, page[":tensorflow:serving:request_example_counts_count{model=bert}"]);
        Assert.Equal(3, page[":tensorflow:serving:request_example_counts_bucket{model=bert,le=2}"]);
        Assert.Equal(11, page[":tensorflow:serving:request_example_count_total{model=bert}"]);
        Assert.Equal(4, page[":tensorflow:serving:batching_session:queuing_latency_count"]);
        Assert.Equal(11, page[":tensorflow:serving:batching_session:processed_batch_size_sum{model_name=bert}"]);
        Assert.Equal((3 * 8) + 20, page["moodstream_modelserver_batch_tokens_sum"]);
        Assert.Equal(1, page["moodstream_modelserver_requests_total{method=GetModelStatus,entrypoint=REST,status=OK}"]);
        Assert.Equal(0, page["moodstream_modelserver_batch_failures_total"]);
        Assert.Equal(0, page["moodstream_modelserver_abandoned_total"]);
        Assert.Equal(0, page["moodstream_modelserver_queue_sequences"]);
        Assert.Equal(0, page["moodstream_modelserver_oldest_age_seconds"]);
        Assert.True(page["process_resident_memory_bytes"] > 1_000_000);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Page_BeforeAnyRequest_KnowsOfTheLoadAndHasNoRequests()
    {
        using var host = await RestHost.StartAsync((nameof(ModelServerOptions.ModelName), "a\"b\\c"));

        var page = await host.PageAsync();

        var load = Assert.Single(page.Series, s => s.StartsWith(":tensorflow:cc:saved_model:load_attempt_count", StringComparison.Ordinal));
        Assert.EndsWith(",status=success}", load, StringComparison.Ordinal);
        Assert.Equal(1, page[load]);
        Assert.DoesNotContain(":tensorflow:serving:request_count", page.Types.Keys);
        Assert.Equal(0, page[":tensorflow:serving:request_example_count_total{model=a\"b\\c}"]);
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Page_TwoServersInOneProcess_EachCountsItsOwn()
    {
        using var first = await RestHost.StartAsync();
        using var second = await RestHost.StartAsync();

        await first.PredictAsync(RestHost.Rows);

        Assert.Equal(1, (await first.PageAsync())[":tensorflow:serving:request_count{model_name=bert,status=OK}"]);
        Assert.Null((await second.PageAsync())[":tensorflow:serving:request_count{model_name=bert,status=OK}"]);
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Page_Latency_HasTensorFlowServingsBuckets()
    {
        using var host = await RestHost.StartAsync();
        await host.PredictAsync(RestHost.Rows);
        using var response = await host.Http.GetAsync("/monitoring/prometheus/metrics").DefaultTimeout();

        var text = await response.Content.ReadAsStringAsync();

        var bounds = PrometheusText.Parse(text).BoundsOf($"{Latency}{{model_name=bert,API=Predict,entrypoint=REST}}").ToArray();
        Assert.Equal(33, bounds.Length);
        Assert.All(bounds.Index(), b => Assert.Equal(1, b.Item / (10 * Math.Pow(1.8, b.Index)), 1e-5));
        Assert.Contains("le=\"104.976\"", text, StringComparison.Ordinal);
        Assert.Contains("le=\"1.27482e+06\"", text, StringComparison.Ordinal);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        await host.DisposeAsync();
    }

    [Fact]
    public void Record_KnownSeries_AllocatesNothing()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var page = new PrometheusPage(meters, Options.Create(new ModelServerOptions()));
        var metrics = new ModelServerMetrics(meters);
        Record(metrics);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
        {
            Record(metrics);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1001, PrometheusText.Parse(page.Render())[":tensorflow:serving:request_count{model_name=bert,status=OK}"]);
    }

    [Fact]
    public void Record_MoreSeriesThanThereAreTags_AreBounded()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var page = new PrometheusPage(meters, Options.Create(new ModelServerOptions()));
        var metrics = new ModelServerMetrics(meters);
        for (var i = 0; i < 1000; i++)
        {
            metrics.Request("Predict", "REST", $"status \\ \"{i}\"\n", TimeSpan.Zero);
        }

        var text = PrometheusText.Parse(page.Render());

        Assert.Equal(1, text["moodstream_modelserver_requests_total{method=Predict,entrypoint=REST,status=status \\ \"7\"\n}"]);
        Assert.Equal(256, text.Series.Count(s => s.StartsWith("moodstream_modelserver_requests_total", StringComparison.Ordinal)));
    }

    private static void Record(ModelServerMetrics metrics)
    {
        metrics.Request("Predict", "REST", "OK", TimeSpan.FromMilliseconds(2));
        metrics.Accepted(3);
        metrics.Queued(TimeSpan.FromMilliseconds(1));
        metrics.Batch(TimeSpan.FromMilliseconds(1), 3, 30);
    }
}
