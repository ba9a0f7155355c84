using Google.Protobuf;
using Moodstream.ModelServer.Tests.Support;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;

namespace Moodstream.ModelServer.Tests.Batching;

/// <summary>Many callers and one model, over real sockets.</summary>
public sealed class BatchingTests
{
    private const string Full = "The batch scheduling queue to which this task was submitted is full";

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Predict_ManyCallersAtOnce_GetTheSameBitsAsAlone(int threads)
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(
            folder.Path, new Dictionary<string, string?> { [nameof(ModelServerOptions.Threads)] = $"{threads}" });
        var requests = Enumerable.Range(0, 64).Select(i => Some.Request(1 + (i % 5), 1 + (i * 5 % 60))).ToArray();
        var alone = new List<float[]>();
        foreach (var request in requests)
        {
            alone.Add((await server.PredictAsync(request)).Numbers(PredictSignature.Logits));
        }

        var together = await Task.WhenAll(requests.Select(r => server.PredictAsync(r)));

        Assert.Equal(alone, together.Select(r => r.Numbers(PredictSignature.Logits)));
    }

    [Fact]
    public async Task Predict_SegmentsAndHolesBesidePlainOnes_GetTheSameBitsAsAlone()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path);
        var requests = Enumerable.Range(0, 40).Select(i => Some.Request(
            [2, 5 + i, 9, 3], [1, i % 3 == 0 ? 0 : 1, 1, 1], [0, 0, i % 2, i % 2], 1, 4)).ToArray();
        var alone = new List<float[]>();
        foreach (var request in requests)
        {
            alone.Add((await server.PredictAsync(request)).Numbers(PredictSignature.Logits));
        }

        var together = await Task.WhenAll(requests.Select(r => server.PredictAsync(r)));

        Assert.Equal(alone, together.Select(r => r.Numbers(PredictSignature.Logits)));
    }

    [Fact]
    public async Task Predict_LargerThanTheQueue_IsRefusedAsTooLarge()
    {
        using var folder = new ModelBase(1);
        await using var server = await StartAsync(folder, queue: 10);

        var refusal = await server.RefusalAsync(Some.Request(11, 3));

        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.Equal("Task size 11 is larger than maximum input batch size 10", refusal.Detail);
    }

    [Fact]
    public async Task Predict_QueueIsFull_IsUnavailableAndNothingHangs()
    {
        using var folder = new ModelBase(1);
        await using var server = await StartAsync(folder, queue: 64);
        using var metrics = server.RecordMetrics();
        using var model = MeterGate.BeforeBatch(server);
        var computed = server.PredictAsync(Some.Request(1, 64));
        await model.Reached.DefaultTimeout();
        var waits = server.PredictAsync(Some.Request(64, 64));
        await metrics.WhenAtLeast(ModelServerMetrics.RequestSequences, 65).DefaultTimeout();

        var refused = await server.RefusalAsync(Some.Request(1, 64));
        model.Open();
        await Task.WhenAll(computed, waits);

        Assert.Equal(StatusCode.Unavailable, refused.Code);
        Assert.StartsWith(Full, refused.Detail, StringComparison.Ordinal);
        Assert.Equal(3, (await server.PredictAsync(Some.Request(1, 3))).Outputs.Count);
    }

    [Fact]
    public async Task Predict_CallersThatLeave_AreDroppedUncomputedAndTheRestIsAnswered()
    {
        using var folder = new ModelBase(1);
        await using var server = await StartAsync(folder, queue: 4096);
        using var metrics = server.RecordMetrics();
        using var model = MeterGate.BeforeBatch(server);
        using var leave = new CancellationTokenSource();
        var computed = server.PredictAsync(Some.Request(3, 5));
        await model.Reached.DefaultTimeout();
        var leaving = Enumerable.Range(0, 20).Select(_ => server.PredictAsync(Some.Request(64, 64), leave.Token)).ToArray();
        var staying = server.PredictAsync(Some.Request(2, 5));
        await metrics.WhenAtLeast(ModelServerMetrics.RequestSequences, 3 + (20 * 64) + 2).DefaultTimeout();

        await leave.CancelAsync();
        await metrics.WhenAtLeast(Requests("CANCELLED"), 20).DefaultTimeout();
        model.Open();
        await Task.WhenAll(computed, staying);

        Assert.All(leaving, call => Assert.True(call.IsCanceled));
        await metrics.WhenAtLeast(ModelServerMetrics.AbandonedRequests, 20).DefaultTimeout();
        await metrics.WhenAtLeast(ModelServerMetrics.BatchSequences, 5).DefaultTimeout();
        Assert.Equal(5, metrics[ModelServerMetrics.BatchSequences]);
    }

    [Fact]
    public async Task Predict_DeadlinePassesWhileWaiting_IsDroppedUncomputedAndCountedAsSuch()
    {
        using var folder = new ModelBase(1);
        await using var server = await StartAsync(folder, queue: 4096);
        using var metrics = server.RecordMetrics();
        using var model = MeterGate.BeforeBatch(server);
        var computed = server.PredictAsync(Some.Request(3, 5));
        await model.Reached.DefaultTimeout();

        using var call = new RawCall();
        var late = await call.StatusAsync(
            new Uri(server.GrpcAddress, TensorFlowServingMethods.Predict.Path), Some.Request(64, 64).ToByteArray(), "100m").DefaultTimeout();
        await metrics.WhenAtLeast(Requests("DEADLINE_EXCEEDED"), 1).DefaultTimeout();
        model.Open();
        await computed;

        Assert.Equal($"{(int)StatusCode.DeadlineExceeded}", late);
        await metrics.WhenAtLeast(ModelServerMetrics.AbandonedRequests, 1).DefaultTimeout();
        Assert.Equal(3, metrics[ModelServerMetrics.BatchSequences]);
        Assert.Equal(0, metrics[Requests("CANCELLED")]);
    }

    [Fact]
    public async Task Stop_RequestsInHand_AreAnsweredFirst()
    {
        using var folder = new ModelBase(1);
        var server = await StartAsync(folder, queue: 4096);
        await using var disposed = server;
        using var metrics = server.RecordMetrics();
        using var model = MeterGate.BeforeBatch(server);
        var inHand = Enumerable.Range(0, 10).Select(_ => server.PredictAsync(Some.Request(256, 64))).ToArray();
        await metrics.WhenAtLeast(ModelServerMetrics.RequestSequences, 10 * 256).DefaultTimeout();

        var stopping = server.StopAsync();
        await server.Stopping.DefaultTimeout();
        model.Open();
        await stopping;

        Assert.All(await Task.WhenAll(inHand), response => Assert.Equal(3, response.Outputs.Count));
    }

    private static string Requests(string status) =>
        $"{ModelServerMetrics.Requests}{{method=Predict,entrypoint=GRPC,status={status}}}";

    private static Task<ModelServerHost> StartAsync(ModelBase folder, int queue) =>
        ModelServerHost.StartAsync(
            folder.Path, new Dictionary<string, string?> { [nameof(ModelServerOptions.Queue)] = $"{queue}" });
}
