using Moodstream.ModelServer.Tests.Support;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;

namespace Moodstream.ModelServer.Tests.Batching;

/// <summary>Many callers and one model, over real sockets.</summary>
public sealed class BatchingTests
{
    private const string Full = "The batch scheduling queue to which this task was submitted is full";

    [Fact]
    public async Task Predict_ManyCallersAtOnce_GetTheSameBitsAsAlone()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path);
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

        // Each takes the whole queue; while one is computed the next waits, and a third finds no room.
        var outcomes = new List<string>();
        while (!outcomes.Contains(Full))
        {
            outcomes.AddRange(await Task.WhenAll(Enumerable.Range(0, 24).Select(async _ =>
            {
                try
                {
                    await server.PredictAsync(Some.Request(64, 64));
                    return "answered";
                }
                catch (RpcException refusal)
                {
                    Assert.Equal(StatusCode.Unavailable, refusal.Code);
                    return refusal.Detail[..Full.Length];
                }
            })).DefaultTimeout());
        }

        Assert.Contains("answered", outcomes);
        Assert.Equal(0, server.Catalog.Served!.Queue.Sequences);
    }

    [Fact]
    public async Task Predict_CallersThatLeave_AreDroppedAndTheRestIsAnswered()
    {
        using var folder = new ModelBase(1);
        await using var server = await StartAsync(folder, queue: 4096);
        using var leave = new CancellationTokenSource();
        var leaving = Enumerable.Range(0, 20).Select(_ => server.PredictAsync(Some.Request(64, 64), leave.Token)).ToArray();
        var staying = server.PredictAsync(Some.Request(2, 5));

        await leave.CancelAsync();
        await staying;

        foreach (var call in leaving)
        {
            try
            {
                await call; // the first of them may have been answered before
            }
            catch (OperationCanceledException)
            {
            }
        }

        Assert.Contains(leaving, c => c.IsCanceled);
        Assert.Equal(3, (await server.PredictAsync(Some.Request(1, 3))).Numbers(PredictSignature.Logits).Length);
    }

    [Fact]
    public async Task Predict_DeadlinePassesWhileWaiting_IsDroppedUncomputedAndCountedAsSuch()
    {
        using var folder = new ModelBase(1);
        await using var server = await StartAsync(folder, queue: 65_536);
        using var metrics = server.RecordMetrics();
        var busy = Enumerable.Range(0, 40).Select(_ => server.PredictAsync(Some.Request(256, 64))).ToArray();
        await metrics.WhenAtLeast(ModelServerMetrics.RequestSequences, 8_192).DefaultTimeout();

        var late = await Assert.ThrowsAsync<RpcException>(() => server.Channel.CallAsync(
            TensorFlowServingMethods.Predict,
            Some.Request(64, 64),
            new RpcCallOptions { Timeout = TimeSpan.FromMilliseconds(1) }).DefaultTimeout());

        Assert.Equal(StatusCode.DeadlineExceeded, late.Code);
        await Task.WhenAll(busy);
        Assert.Equal(0, metrics["moodstream.modelserver.requests{method=Predict,entrypoint=GRPC,status=CANCELLED}"]);
    }

    [Fact]
    public async Task Stop_RequestsInHand_AreAnsweredFirst()
    {
        using var folder = new ModelBase(1);
        var server = await StartAsync(folder, queue: 65_536);
        await using var disposed = server;
        using var metrics = server.RecordMetrics();
        var inHand = Enumerable.Range(0, 10).Select(_ => server.PredictAsync(Some.Request(256, 64))).ToArray();
        await metrics.WhenAtLeast(ModelServerMetrics.RequestSequences, 10 * 256).DefaultTimeout(); // all are taken

        await server.StopAsync();

        Assert.All(await Task.WhenAll(inHand), response => Assert.Equal(3, response.Outputs.Count));
    }

    private static Task<ModelServerHost> StartAsync(ModelBase folder, int queue) =>
        ModelServerHost.StartAsync(
            folder.Path, new Dictionary<string, string?> { [nameof(ModelServerOptions.Queue)] = $"{queue}" });
}
