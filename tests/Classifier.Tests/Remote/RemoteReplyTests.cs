using Moodstream.Contracts;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Tests.Client;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.Classifier.Tests.Remote;

/// <summary>What servers with other models answer, and what wrong servers do.</summary>
public sealed class RemoteReplyTests : IAsyncLifetime
{
    // Of four, five and six ids with [CLS] and [SEP].
    private static readonly string[] Texts = ["good day", "good good day", "good good good day"];

    private RemoteRunner _remote = null!; // made before each test

    public async Task InitializeAsync() => _remote = await RemoteRunner.StartAsync();

    public async Task DisposeAsync() => await _remote.DisposeAsync();

    [Theory]
    [InlineData("input_ids,input_mask,segment_ids", "probabilities:float,logits:float", DataType.DtInt32, -1)]
    [InlineData("input_ids,attention_mask,token_type_ids", "logits:float", DataType.DtInt64, -1)]
    [InlineData("input_ids,attention_mask", "probabilities:float", DataType.DtInt64, 128)]
    [InlineData("input_ids,input_mask,segment_ids", "probabilities:float", DataType.DtInt32, 150)]
    public async Task Run_AnySignatureOfClasses_GivesEachPostItsMood(string inputs, string outputs, DataType type, int length)
    {
        _remote.Serving.Signatures = Signatures(ServingDouble.Signature(inputs, outputs, type, length));

        var scores = await _remote.RunAsync(Texts);

        Assert.Equal([0.6f, 0.2f, 0.2f], Row(scores[2].Sentiment!), Close);
        Assert.Equal([0.1f, 0.7f, 0.2f], Row(scores[0].Sentiment!), Close);
        Assert.Equal([0.1f, 0.2f, 0.7f], Row(scores[1].Sentiment!), Close);
        var request = Assert.Single(_remote.Serving.Requests.Items);
        Assert.All(request.Inputs.Values, t => Assert.Equal((type, length < 0 ? 6 : length), (t.Dtype, (int)TensorShape.Of(t)[1])));
    }

    [Fact]
    public async Task Run_ClassIdsOnly_GivesTheClassAllTheProbability()
    {
        _remote.Serving.Signatures = Signatures(ServingDouble.Signature(outputs: "predictated_labels:int32"));

        var scores = await _remote.RunAsync(Texts);

        Assert.Equal(new Sentiment(SentimentLabel.Neutral, 0, 1, 0), scores[0].Sentiment);
        Assert.Equal(new Sentiment(SentimentLabel.Positive, 0, 0, 1), scores[1].Sentiment);
        Assert.Equal(new Sentiment(SentimentLabel.Negative, 1, 0, 0), scores[2].Sentiment);
    }

    [Fact]
    public async Task Run_ServerDescribesNothing_IsAskedAsOurOwn()
    {
        _remote.Serving.Signatures = null;

        var scores = await _remote.RunAsync(Texts);

        Assert.All(scores, score => Assert.NotNull(score.Sentiment));
        Assert.Equal(["probabilities"], Assert.Single(_remote.Serving.Requests.Items).OutputFilter);
    }

    [Fact]
    public async Task Run_VersionIsSwapped_ShowsInTheScores()
    {
        var before = await _remote.RunAsync("one");
        _remote.Serving.Version = 8;
        var after = await _remote.RunAsync("one");

        Assert.Equal((new ModelVersion("bert", 7), new ModelVersion("bert", 8)), (before[0].Model, after[0].Model));
    }

    [Fact]
    public async Task Run_SwappedVersionHasAnotherSignature_IsReadAnewAndNothingIsRejected()
    {
        await _remote.RunAsync("one");
        _remote.Serving.Signatures = Signatures(ServingDouble.Signature(outputs: "logits:float"));
        _remote.Serving.Predict = (request, _) => request.OutputFilter.Contains("probabilities")
            ? throw new RpcException(StatusCode.InvalidArgument, "output tensor alias not found in signature: probabilities")
            : Task.FromResult(ServingDouble.Answer(request));

        var scores = await _remote.RunAsync("one");

        Assert.NotNull(scores[0].Sentiment);
        Assert.Empty(_remote.Time.Waits.Items);
    }

    [Theory]
    [InlineData("NaN", "reply", "got NaN in row 0")]
    [InlineData("row missing", "reply", "expected probabilities of the shape [3,3], got [2,3]")]
    [InlineData("one class more", "reply", "expected probabilities of the shape [3,3], got [3,4]")]
    [InlineData("integers", "reply", "expected probabilities as float, double or half, got int32")]
    [InlineData("no output", "reply", "expected the output probabilities, got ''")]
    [InlineData("no version", "reply", "expected the version that answered in model_spec, got none")]
    public async Task Run_WrongReply_IsTroubleAndNeverALabel(string kind, string code, string expected)
    {
        _remote.Serving.Predict = (request, _) => Task.FromResult(Spoil(request, kind));

        var running = _remote.RunAsync(Texts);
        await _remote.Time.Waits.WhenCount(2).DefaultTimeout();
        Assert.False(running.IsCompleted);
        Assert.Contains(expected.Replace("[3,", "[1,", StringComparison.Ordinal).Replace("[2,3]", "[0,3]", StringComparison.Ordinal), _remote.Watch.Trouble, StringComparison.Ordinal);
        _remote.Serving.Predict = (request, _) => Task.FromResult(ServingDouble.Answer(request));
        var scores = await running;

        Assert.All(scores, score => Assert.NotNull(score.Sentiment));
        Assert.True(_remote.Metrics[$"moodstream.classifier.inference.failures{{code={code}}}"] >= 3);
    }

    [Theory]
    [InlineData("input_ids,input_mask", "probabilities:float", 64, "expected sequences of 128 ids, as many as a post may have, got a signature of 64")]
    [InlineData("input_ids,input_mask,position_ids", "probabilities:float", -1, "got position_ids beside input_ids, input_mask")]
    [InlineData("input_ids,input_mask", "embedding:float", -1, "expected the output probabilities or logits")]
    public async Task Run_UnusableSignature_WaitsForAnotherAndSaysWhy(string inputs, string outputs, int length, string expected)
    {
        _remote.Serving.Signatures = Signatures(ServingDouble.Signature(inputs, outputs, length: length));

        var running = _remote.RunAsync(Texts);
        await _remote.Time.Waits.WhenCount(2).DefaultTimeout();
        Assert.Contains(expected, _remote.Watch.Trouble, StringComparison.Ordinal);
        _remote.Serving.Signatures = Signatures(ServingDouble.Signature());

        Assert.All(await running, score => Assert.NotNull(score.Sentiment));
        Assert.True(_remote.Metrics["moodstream.classifier.inference.failures{code=signature}"] >= 3);
    }

    private static SignatureDefMap Signatures(SignatureDef definition) =>
        new() { SignatureDef = { [PredictSignature.Default] = definition } };

    private static PredictResponse Spoil(PredictRequest request, string kind)
    {
        var reply = ServingDouble.Answer(request);
        var rows = ServingDouble.Lengths(request).Length;
        var probabilities = reply.Outputs[PredictSignature.Probabilities];
        switch (kind)
        {
            case "NaN": probabilities.FloatVal[0] = float.NaN; break;
            case "row missing": probabilities.TensorShape.Dim[0].Size = rows - 1; break;
            case "one class more": probabilities.TensorShape.Dim[1].Size = 4; break;
            case "integers": probabilities.Dtype = DataType.DtInt32; break;
            case "no output": reply.Outputs.Clear(); break;
            default: reply.ModelSpec = null; break;
        }

        return reply;
    }

    private static float[] Row(Sentiment sentiment) => [sentiment.Negative, sentiment.Neutral, sentiment.Positive];

    private static bool Close(float expected, float actual) => Math.Abs(expected - actual) < 1e-6;
}
