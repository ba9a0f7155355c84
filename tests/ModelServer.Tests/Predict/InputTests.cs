using Google.Protobuf;
using Moodstream.ModelServer.Tests.Support;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Tests.Predict;

/// <summary>What is refused before any work is queued, and what is not.</summary>
public sealed class InputTests : IClassFixture<TinyServer>
{
    private const int Vocabulary = 100;
    private const int Positions = 64;

    private readonly TinyServer _tiny;

    public InputTests(TinyServer tiny) => _tiny = tiny;

    [Theory]
    [InlineData(Vocabulary, "indices[0,1] = 100 is not in [0, 100)\n\t [[{{node bert/embeddings/word}}]]")]
    [InlineData(-1, "indices[0,1] = -1 is not in [0, 100)\n\t [[{{node bert/embeddings/word}}]]")]
    [InlineData(int.MinValue, "indices[0,1] = -2147483648 is not in [0, 100)\n\t [[{{node bert/embeddings/word}}]]")]
    public async Task Predict_IdOutsideTheVocabulary_IsRefusedWithItsPlace(int id, string words)
    {
        await AssertRefusedAsync(Some.Request([2, id, 3], 1, 3), words);
    }

    [Fact]
    public async Task Predict_BadIdUnderTheMask_IsRefusedAsTensorFlowDoes()
    {
        await AssertRefusedAsync(
            Some.Request([2, 3, 500], [1, 1, 0], [0, 0, 0], 1, 3), "indices[0,2] = 500 is not in [0, 100)");
    }

    [Fact]
    public async Task Predict_SegmentOutsideTheModel_IsRefused()
    {
        await AssertRefusedAsync(
            Some.Request([2, 5, 3], [1, 1, 1], [0, 0, 2], 1, 3),
            "indices[0,2] = 2 is not in [0, 2)\n\t [[{{node bert/embeddings/token_type}}]]");
    }

    [Fact]
    public async Task Predict_LongerThanThePositions_IsRefused()
    {
        await AssertRefusedAsync(Some.Request(1, Positions + 1), "indices[64] = 64 is not in [0, 64)");
    }

    [Fact]
    public async Task Predict_AsLongAsThePositions_IsScored()
    {
        var response = await _tiny.Server.PredictAsync(Some.Request(2, Positions));

        Assert.Equal(6, response.Numbers(PredictSignature.Logits).Length);
    }

    [Fact]
    public async Task Predict_NoIdsAtAll_IsRefused()
    {
        await AssertRefusedAsync(Some.Request(2, 0), "input_ids: expected at least one token id");
    }

    [Fact]
    public async Task Predict_MaskOfZerosAlone_IsScoredToFiniteNumbers()
    {
        var response = await _tiny.Server.PredictAsync(Some.Request([2, 5, 3], [0, 0, 0], [0, 0, 0], 1, 3));

        Assert.All(response.Numbers(PredictSignature.Logits), l => Assert.True(float.IsFinite(l)));
    }

    [Fact]
    public async Task Predict_MaskOtherThanZeroAndOne_AttendsAsInTensorFlow()
    {
        var ones = await _tiny.Server.PredictAsync(Some.Request([2, 5, 9, 3, 0], [1, 0, 1, 1, 0], [0, 0, 0, 0, 0], 1, 5));
        var odd = await _tiny.Server.PredictAsync(Some.Request([2, 5, 9, 3, 0], [7, 0, -1, 2, 0], [0, 0, 0, 0, 0], 1, 5));

        Assert.Equal(ones.Numbers(PredictSignature.Logits), odd.Numbers(PredictSignature.Logits));
    }

    [Fact]
    public async Task Predict_TrailingPadding_ChangesNoBit()
    {
        var bare = await _tiny.Server.PredictAsync(Some.Request([2, 5, 9, 3], [1, 1, 1, 1], [0, 0, 1, 1], 1, 4));
        var padded = await _tiny.Server.PredictAsync(Some.Request(
            [2, 5, 9, 3, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0], [0, 0, 1, 1, 0, 0, 0], 1, 7));

        Assert.Equal(bare.Numbers(PredictSignature.Logits), padded.Numbers(PredictSignature.Logits));
    }

    [Fact]
    public async Task Predict_ShapesThatDisagree_AreRefusedByName()
    {
        var request = Some.Request(2, 5);
        request.Inputs[PredictSignature.InputMask] = TensorWriter.Of(new int[8], TensorEncoding.Content, 2, 4);

        await AssertRefusedAsync(request, "input_mask: expected the shape [2,5] of input_ids, got [2,4]");
    }

    [Fact]
    public async Task Predict_MixedBatchSizes_AreRefusedByName()
    {
        var request = Some.Request(2, 5);
        request.Inputs[PredictSignature.SegmentIds] = TensorWriter.Of(new int[5], TensorEncoding.Content, 1, 5);

        await AssertRefusedAsync(request, "segment_ids: expected the shape [2,5] of input_ids, got [1,5]");
    }

    [Theory]
    [InlineData()]
    [InlineData(6)]
    [InlineData(1, 2, 3)]
    public async Task Predict_OtherRank_IsRefused(params int[] shape)
    {
        var request = Some.Request(2, 3);
        foreach (var alias in request.Inputs.Keys.ToList())
        {
            request.Inputs[alias] = TensorWriter.Of(new int[shape.Aggregate(1, (a, b) => a * b)], TensorEncoding.Content, shape);
        }

        await AssertRefusedAsync(request, $"input_ids: expected the shape [B,T], got [{string.Join(',', shape)}]");
    }

    [Theory]
    [InlineData(-1, 5)]
    [InlineData(1L << 40, 1L << 40)]
    public async Task Predict_ImpossibleDimensions_AreRefused(long rows, long columns)
    {
        await AssertRefusedAsync(Shaped(rows, columns), "tensor parsing error: input_ids: expected dimensions");
    }

    [Theory]
    [InlineData(1L << 40, 5, "Task size 1099511627776 is larger than maximum input batch size 4096")]
    [InlineData(1, 1L << 40, "indices[64] = 64 is not in [0, 64)")]
    public async Task Predict_HugeShapeOfOneValue_IsRefusedBeforeMemoryIsTaken(long rows, long columns, string words)
    {
        await AssertRefusedAsync(Shaped(rows, columns), words);
    }

    [Theory]
    [InlineData(DataType.DtFloat, "Expects arg[1] to be int32 but float is provided")]
    [InlineData(DataType.DtString, "Expects arg[1] to be int32 but string is provided")]
    [InlineData((DataType)77, "Expects arg[1] to be int32 but unknown dtype enum (77) is provided")]
    public async Task Predict_OtherType_IsRefusedByItsPlace(DataType type, string words)
    {
        var request = Some.Request(2, 3);
        request.Inputs[PredictSignature.InputMask].Dtype = type;

        await AssertRefusedAsync(request, words);
    }

    [Fact]
    public async Task Predict_Texts_AreScoredAsTheirIds()
    {
        var request = Texts("good movie", "");

        var response = await _tiny.Server.PredictAsync(request);

        Assert.Equal(["labels", "probabilities"], response.Outputs.Keys.Order());
        Assert.Equal(6, response.Numbers(PredictSignature.Probabilities).Length);
        Assert.All(
            response.Outputs[PredictSignature.Labels].StringVal,
            l => Assert.Contains(l.ToStringUtf8(), new[] { "negative", "neutral", "positive" }));
    }

    [Fact]
    public async Task Predict_TextThatIsNotUtf8_IsRefusedByItsPlace()
    {
        var request = Texts("fine", "broken");
        request.Inputs[PredictSignature.InputTexts].StringVal[1] = ByteString.CopyFrom(0x61, 0xC3);

        await AssertRefusedAsync(request, "texts[1]: expected UTF-8");
    }

    [Fact]
    public async Task Predict_TextsOfTheWrongKind_AreRefused()
    {
        var numbers = Texts("x");
        numbers.Inputs[PredictSignature.InputTexts] = TensorWriter.Of([1], TensorEncoding.Content, 1);
        var scalar = Texts("x");
        scalar.Inputs[PredictSignature.InputTexts].TensorShape = new TensorShapeProto();

        await AssertRefusedAsync(numbers, "Expects arg[0] to be string but int32 is provided");
        await AssertRefusedAsync(scalar, "texts: expected the shape [B], got []");
    }

    [Fact]
    public async Task Predict_OneTextForMany_IsEncodedOnceAndScoredForAll()
    {
        var many = Texts("good movie");
        many.Inputs[PredictSignature.InputTexts].TensorShape.Dim[0].Size = 4096;

        var response = await _tiny.Server.PredictAsync(many);

        var alone = (await _tiny.Server.PredictAsync(Texts("good movie"))).Numbers(PredictSignature.Probabilities);
        Assert.Equal(Enumerable.Repeat(alone, 4096).SelectMany(p => p), response.Numbers(PredictSignature.Probabilities));
    }

    [Fact]
    public void Read_NobodyWaits_StopsBetweenTexts()
    {
        using var left = new CancellationTokenSource();
        left.Cancel();
        var texts = _tiny.Server.Catalog.Served!.Signatures[PredictSignature.Texts];

        Assert.Throws<OperationCanceledException>(() => texts.Read(Texts("a", "b").Inputs, left.Token));
    }

    [Fact]
    public async Task Predict_OneValueForMoreIdsThanARequestHolds_IsRefused()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(
            folder.Path, new Dictionary<string, string?> { [nameof(ModelServerOptions.MaxRequestBytes)] = "4096" });

        var refusal = await server.RefusalAsync(Shaped(100, 20));

        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.Equal("input_ids: expected at most 1024 token ids with their padding, got [100,20]", refusal.Detail);
    }

    [Fact]
    public async Task Predict_VeryLongNames_AreCutInTheAnswer()
    {
        var request = Some.Request(1, 3);
        request.ModelSpec.Name = new string('x', 100_000);

        var refusal = await _tiny.Server.RefusalAsync(request);

        Assert.Equal(1024, refusal.Detail.Length);
        Assert.EndsWith("...TRUNCATED", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_RandomlyChangedRequests_AreAnsweredOrRefused()
    {
        var good = Some.Golden("seed_client").ToByteArray();
        var baseline = await _tiny.Server.PredictAsync(Some.Golden("seed_client"));
        foreach (var seed in Fuzz.Seeds(300))
        {
            var random = new Random(seed);
            var bytes = good.ToArray();
            for (var flips = random.Next(4); flips >= 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            PredictRequest request;
            try
            {
                request = PredictRequest.Parser.ParseFrom(bytes);
            }
            catch (Exception unparsable) when (unparsable is InvalidProtocolBufferException or InvalidOperationException)
            {
                continue;
            }

            try
            {
                await _tiny.Server.PredictAsync(request);
            }
            catch (RpcException refusal)
            {
                Assert.True(
                    refusal.Code is StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition,
                    $"seed {seed}: {refusal.Message}");
            }
        }

        Assert.Equal(baseline, await _tiny.Server.PredictAsync(Some.Golden("seed_client")));
    }

    private static PredictRequest Texts(params string[] texts) => new()
    {
        ModelSpec = new ModelSpec { Name = "bert", SignatureName = PredictSignature.Texts },
        Inputs = { [PredictSignature.InputTexts] = TensorWriter.Of([.. texts.Select(ByteString.CopyFromUtf8)], texts.Length) },
    };

    private static PredictRequest Shaped(long rows, long columns)
    {
        var request = Some.Request(1, 1);
        foreach (var tensor in request.Inputs.Values)
        {
            tensor.TensorContent = ByteString.Empty;
            tensor.IntVal.Add(1);
            tensor.TensorShape.Dim[0].Size = rows;
            tensor.TensorShape.Dim[1].Size = columns;
        }

        return request;
    }

    private async Task AssertRefusedAsync(PredictRequest request, string words)
    {
        var refusal = await _tiny.Server.RefusalAsync(request);

        Assert.Equal(StatusCode.InvalidArgument, refusal.Code);
        Assert.StartsWith(words, refusal.Detail, StringComparison.Ordinal);
    }
}
