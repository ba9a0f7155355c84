using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Client;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.Client;

public sealed class TensorFlowServingClientTests : IAsyncLifetime
{
    private static readonly ModelSpec Bert = new() { Name = "bert" };

    private ServingDouble _serving = null!; // made before each test

    public async Task InitializeAsync() => _serving = await ServingDouble.StartAsync();

    public async Task DisposeAsync() => await _serving.DisposeAsync();

    [Fact]
    public async Task Predict_GoodBatch_ComesBackScored()
    {
        using var client = Connect();
        var signature = ClassifierSignature.Own(PredictSignature.Default);

        var reply = await client.PredictAsync(signature.CreateRequest(Bert, [2, 5, 3, 2, 3], [3, 2]), default).DefaultTimeout();
        var probabilities = new float[6];
        signature.ReadProbabilities(reply, 2, probabilities);

        Assert.Equal([.. ServingDouble.Row(3), .. ServingDouble.Row(2)], probabilities);
        Assert.Equal(7, reply.ModelSpec.Version);
    }

    [Fact]
    public async Task GetModelMetadata_Model_GivesItsSignaturesByName()
    {
        using var client = Connect();

        var signatures = await client.GetModelMetadataAsync(Bert, default).DefaultTimeout();

        Assert.Equal(ServingDouble.Signature(), Assert.Single(signatures).Value);
        Assert.Equal(
            WireMessages.Parse(WireGolden.Find("metadata.json", "request")), Assert.Single(_serving.SignatureRequests.Items));
    }

    [Fact]
    public async Task GetModelStatus_Model_GivesItsVersions()
    {
        using var client = Connect();

        var status = await client.GetModelStatusAsync(Bert, default).DefaultTimeout();

        Assert.Equal(7, Assert.Single(status.ModelVersionStatus).Version);
    }

    [Theory]
    [InlineData("type.googleapis.com/tensorflow.serving.SignatureDefMap", null)]
    [InlineData("example.org/a/b/tensorflow.serving.SignatureDefMap", null)]
    [InlineData("tensorflow.serving.SignatureDefMap", null)]
    [InlineData("type.googleapis.com/tensorflow.serving.Other", "expected metadata of the type tensorflow.serving.SignatureDefMap")]
    [InlineData("", "got ''")]
    public void ReadSignatures_TypeUrl_CountsAfterItsLastSlash(string typeUrl, string? refusal)
    {
        var reply = new GetModelMetadataResponse
        {
            Metadata = { ["signature_def"] = new Any { TypeUrl = typeUrl, Value = _serving.Signatures!.ToByteString() } },
        };

        var thrown = Record.Exception(() => TensorFlowServingClient.ReadSignatures(reply));

        Assert.Equal(refusal is null, thrown is null);
        Assert.Contains(refusal ?? "", thrown?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void ReadSignatures_NoneOrBroken_IsTrouble()
    {
        var none = new GetModelMetadataResponse();
        var broken = new GetModelMetadataResponse
        {
            Metadata =
            {
                ["signature_def"] = new Any { TypeUrl = "/tensorflow.serving.SignatureDefMap", Value = ByteString.CopyFrom(0x0A, 0x7F) },
            },
        };

        Assert.Throws<UnexpectedReplyException>(() => TensorFlowServingClient.ReadSignatures(none));
        Assert.Throws<UnexpectedReplyException>(() => TensorFlowServingClient.ReadSignatures(broken));
    }

    [Fact]
    public async Task EveryMethod_ThroughASidecar_NamesAppAndToken()
    {
        using var client = Connect(new TensorFlowServingClientOptions { Address = _serving.Address, AppId = "bert", ApiToken = "secret" });

        await CallAllAsync(client);

        Assert.Equal(3, _serving.Headers.Items.Count);
        Assert.All(_serving.Headers.Items, headers =>
        {
            Assert.True(headers.TryGet("dapr-app-id", out var app) && app == "bert");
            Assert.True(headers.TryGet("dapr-api-token", out var token) && token == "secret");
        });
    }

    [Fact]
    public async Task EveryMethod_ToAnAddress_SendsNoneOfASidecarsHeaders()
    {
        using var client = Connect();

        await CallAllAsync(client);

        Assert.All(_serving.Headers.Items, headers =>
            Assert.DoesNotContain(headers, entry => entry.Key.StartsWith("dapr", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Predict_NoAnswer_EndsByTheDeadline()
    {
        _serving.Predict = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            throw new InvalidOperationException();
        };
        using var client = Connect(new TensorFlowServingClientOptions
        {
            Address = _serving.Address,
            Deadline = TimeSpan.FromMilliseconds(100),
        });

        var thrown = await Assert.ThrowsAsync<RpcException>(() => client.PredictAsync(new PredictRequest(), default).DefaultTimeout());

        Assert.Equal(StatusCode.DeadlineExceeded, thrown.Code);
    }

    [Fact]
    public async Task Predict_ServerComesBack_IsAnsweredAgain()
    {
        using var client = Connect();
        var request = ClassifierSignature.Own("s").CreateRequest(Bert, [2, 3], [2]);
        var port = _serving.Address.Port;
        await client.PredictAsync(request, default).DefaultTimeout();

        await _serving.StopAsync().DefaultTimeout();
        var thrown = await Assert.ThrowsAsync<RpcException>(() => client.PredictAsync(request, default).DefaultTimeout());
        await using var again = await ServingDouble.StartAsync(port);
        var reply = await client.PredictAsync(request, default).DefaultTimeout();

        Assert.Equal(StatusCode.Unavailable, thrown.Code);
        Assert.NotEmpty(reply.Outputs);
    }

    private static async Task CallAllAsync(TensorFlowServingClient client)
    {
        await client.PredictAsync(ClassifierSignature.Own("s").CreateRequest(Bert, [2, 3], [2]), default).DefaultTimeout();
        await client.GetModelMetadataAsync(Bert, default).DefaultTimeout();
        await client.GetModelStatusAsync(Bert, default).DefaultTimeout();
    }

    private TensorFlowServingClient Connect(TensorFlowServingClientOptions? options = null) =>
        new(options ?? new TensorFlowServingClientOptions { Address = _serving.Address });
}
