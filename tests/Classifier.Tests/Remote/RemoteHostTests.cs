using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Moodstream.Contracts;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Tests.Client;

namespace Moodstream.Classifier.Tests.Remote;

/// <summary>The classifier as a program whose model is a server that comes and goes.</summary>
public sealed class RemoteHostTests
{
    private readonly HurriedTimeProvider _time = new();

    [Fact]
    public async Task Post_Good_IsScoredUnderTheVersionThatAnswered()
    {
        await using var serving = await ServingDouble.StartAsync();
        await using var harness = await StartAsync(serving.Address, ("Moodstream:Classifier:ModelName", "moods"));

        await harness.PublishAsync(ClassifierHarness.Post("x:1", "good day"));
        await harness.Scored.WhenCount(1).DefaultTimeout();
        serving.Version = 8;
        await harness.PublishAsync(ClassifierHarness.Post("x:2", "good day"));
        await harness.Scored.WhenCount(2).DefaultTimeout();

        Assert.Equal(["x:1@7", "x:2@8"], harness.Scored.Items.Select(s => s.EventId));
        Assert.Equal(new ModelVersion("moods", 8), harness.Scored.Items[1].Scored.Model);
        Assert.All(serving.Requests.Items, r => Assert.Equal(("moods", "serving_default"), (r.ModelSpec.Name, r.ModelSpec.SignatureName)));
    }

    [Fact]
    public async Task Start_ServerIsNotThere_WaitsSaysSoAndGoesOnWhenItComes()
    {
        var port = Ports.Free();
        await using var harness = await StartAsync(new Uri($"http://127.0.0.1:{port}"));

        await _time.Waits.WhenCount(3).DefaultTimeout();
        await harness.PublishAsync(ClassifierHarness.Post("x:1", "good day"));
        var waiting = await HealthAsync(harness);
        await using var serving = await ServingDouble.StartAsync(port);
        await harness.Scored.WhenCount(1).DefaultTimeout();

        Assert.Equal(HealthStatus.Degraded, waiting.Status);
        Assert.StartsWith(
            $"the model does not answer; posts wait: UNAVAILABLE: http://127.0.0.1:{port}", waiting.Description, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Healthy, (await HealthAsync(harness)).Status);
        Assert.Empty(harness.Rejected.Items);
    }

    [Theory]
    [InlineData(StatusCode.NotFound, "Servable not found for request: Latest(bert)")]
    [InlineData(StatusCode.Unknown, "couldn't find service: bert")]
    [InlineData(StatusCode.Unauthenticated, "invalid token")]
    public async Task Start_ModelIsNotLoaded_WaitsSaysSoAndGoesOnWhenItIs(StatusCode code, string detail)
    {
        await using var serving = await ServingDouble.StartAsync();
        serving.Outage = new RpcException(code, detail);
        await using var harness = await StartAsync(serving.Address);

        await _time.Waits.WhenCount(3).DefaultTimeout();
        await harness.PublishAsync(ClassifierHarness.Post("x:1", "good day"));
        var waiting = await HealthAsync(harness);
        serving.Outage = null;
        await harness.Scored.WhenCount(1).DefaultTimeout();

        Assert.EndsWith($": {detail}", waiting.Description, StringComparison.Ordinal);
        Assert.Empty(harness.Rejected.Items);
    }

    [Fact]
    public async Task Run_ServerIsRestartedInTheMiddle_ScoresEveryPostAndRejectsNone()
    {
        const int Posts = 400;
        var first = await ServingDouble.StartAsync();
        var port = first.Address.Port;
        await using var harness = await StartAsync(first.Address);

        await harness.PublishAsync([.. Enumerable.Range(0, Posts / 2).Select(i => ClassifierHarness.Post($"p{i}", $"good day {i}"))]);
        await harness.Scored.WhenCount(20).DefaultTimeout();
        await first.DisposeAsync();
        await harness.PublishAsync([.. Enumerable.Range(Posts / 2, Posts / 2).Select(i => ClassifierHarness.Post($"p{i}", $"good day {i}"))]);
        await _time.Waits.WhenCount(_time.Waits.Items.Count + 2).DefaultTimeout();
        await using var second = await ServingDouble.StartAsync(port);

        await harness.Scored.WhenCount(Posts).DefaultTimeout();
        Assert.Equal(Posts, harness.Scored.Items.Select(s => s.EventId).Distinct().Count());
        Assert.Empty(harness.Rejected.Items);
    }

    [Fact]
    public async Task Run_ServerIsSlow_HasSoManyCallsUnderWayAndGathersTheRest()
    {
        var release = new TaskCompletionSource();
        await using var serving = await ServingDouble.StartAsync();
        await using var harness = await StartAsync(
            serving.Address,
            ("Moodstream:Classifier:ModelCalls", "3"),
            ("Moodstream:Classifier:MaxBatchPosts", "8"),
            ("Moodstream:Classifier:Concurrency", "32"));
        await serving.Requests.WhenCount(3).DefaultTimeout(); // each asks for the control post at its start
        serving.Predict = async (request, _) =>
        {
            await release.Task;
            return ServingDouble.Answer(request);
        };

        await harness.PublishAsync([.. Enumerable.Range(0, 32).Select(i => ClassifierHarness.Post($"p{i}", "good day"))]);
        await serving.Requests.WhenCount(6).DefaultTimeout();
        Assert.Empty(harness.Scored.Items);
        release.SetResult();
        await harness.Scored.WhenCount(32).DefaultTimeout();

        var batches = serving.Requests.Items.Skip(3).Select(r => ServingDouble.Lengths(r).Length).ToList();
        Assert.Equal(32, batches.Sum());
        Assert.InRange(batches.Count, 4, 10);
    }

    [Theory]
    [InlineData("Moodstream:Classifier:ModelEndpoint")]
    [InlineData("DAPR_GRPC_ENDPOINT")]
    public async Task Call_ThroughASidecar_NamesAppAndToken(string addressKey)
    {
        await using var serving = await ServingDouble.StartAsync();
        await using var harness = await ClassifierHarness.StartAddressedAsync(
            (addressKey, serving.Address.OriginalString),
            ("Moodstream:Classifier:ModelAppId", "bert"),
            ("DAPR_API_TOKEN", "secret"));

        await serving.Headers.WhenCount(2).DefaultTimeout(); // GetModelMetadata and Predict

        Assert.All(serving.Headers.Items, headers =>
        {
            Assert.True(headers.TryGet("dapr-app-id", out var app) && app == "bert");
            Assert.True(headers.TryGet("dapr-api-token", out var token) && token == "secret");
        });
    }

    [Fact]
    public async Task Call_ToAnAddress_KeepsTheSidecarsTokenToItself()
    {
        await using var serving = await ServingDouble.StartAsync();
        await using var harness = await StartAsync(serving.Address, ("DAPR_API_TOKEN", "secret"));

        await serving.Headers.WhenCount(2).DefaultTimeout();

        Assert.All(serving.Headers.Items, headers => Assert.False(headers.TryGet("dapr-api-token", out _)));
    }

    [Fact]
    public async Task Stop_ServerTakesConnectionsAndSaysNothing_DoesNotWaitForIt()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var harness = await StartAsync(
            new Uri($"http://{silent.LocalEndpoint}"), ("Moodstream:Classifier:ModelDeadline", "00:10:00"));
        using var connection = await silent.AcceptTcpClientAsync().DefaultTimeout();
        var started = Stopwatch.GetTimestamp();

        await harness.DisposeAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 5);
    }

    private Task<ClassifierHarness> StartAsync(Uri endpoint, params (string Key, string Value)[] settings) =>
        ClassifierHarness.StartRemoteAsync(endpoint, services => services.AddSingleton<TimeProvider>(_time), settings);

    private static async Task<HealthReportEntry> HealthAsync(ClassifierHarness harness)
    {
        var health = harness.Services.GetRequiredService<HealthCheckService>();
        return (await health.CheckHealthAsync().DefaultTimeout()).Entries["model"];
    }
}
