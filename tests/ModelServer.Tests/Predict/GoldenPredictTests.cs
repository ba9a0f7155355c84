using System.Text.Json;
using Moodstream.ModelServer.Tests.Support;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Tests.Predict;

/// <summary>The golden requests get the golden answers, and the errors that TensorFlow Serving gives.</summary>
public sealed class GoldenPredictTests : IClassFixture<TinyServer>
{
    private const float Tolerance = 2e-5f;

    private readonly TinyServer _tiny;

    public GoldenPredictTests(TinyServer tiny) => _tiny = tiny;

    public static TheoryData<string> Cases
    {
        get
        {
            using var golden = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("tiny-bert", "golden.json")));
            return [.. golden.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];
        }
    }

    [Theory]
    [InlineData("seed_client", "typed_lists")]
    [InlineData("int_val_lists", "typed_lists")]
    [InlineData("segment_fill", "typed_lists")]
    [InlineData("newer_fields", "typed_lists")]
    [InlineData("version_1", "typed_lists")]
    [InlineData("output_filter_one", "filtered")]
    [InlineData("default_signature", "default_signature")]
    public async Task Predict_GoldenRequest_GetsTheGoldenAnswer(string request, string answer)
    {
        var expected = PredictResponse.Parser.ParseFrom(WireGolden.Find("predict_response.json", answer).Bytes);

        var response = await _tiny.Server.PredictAsync(Some.Golden(request));

        Assert.Equal(expected.ModelSpec.Name, response.ModelSpec.Name);
        Assert.Equal(expected.ModelSpec.Version, response.ModelSpec.Version);
        Assert.Equal(expected.Outputs.Keys.Order(), response.Outputs.Keys.Order());
        foreach (var (alias, tensor) in expected.Outputs)
        {
            var actual = response.Outputs[alias];
            Assert.Equal(tensor.Dtype, actual.Dtype);
            Assert.Equal(tensor.TensorShape, actual.TensorShape);
            Assert.Equal(tensor.IntVal, actual.IntVal); // exact, and where the first clients look for the classes
            Assert.Equal(tensor.FloatVal.Count, actual.FloatVal.Count);
            Assert.All(tensor.FloatVal.Zip(actual.FloatVal), p => Assert.Equal(p.First, p.Second, Tolerance));
        }
    }

    [Theory]
    [InlineData("seed_client", "bert_predictions")]
    [InlineData("default_signature", "serving_default")]
    public async Task Predict_AnySignatureName_IsEchoedInFull(string request, string expected)
    {
        var response = await _tiny.Server.PredictAsync(Some.Golden(request));

        Assert.Equal(expected, response.ModelSpec.SignatureName);
    }

    [Theory]
    [InlineData("int64_content", StatusCode.InvalidArgument, "Expects arg[0] to be int32 but int64 is provided")]
    [InlineData("int64_val_lists", StatusCode.InvalidArgument, "Expects arg[0] to be int32 but int64 is provided")]
    [InlineData("output_filter_unknown", StatusCode.InvalidArgument, "output tensor alias not found in signature: ")]
    [InlineData("output_filter_twice", StatusCode.InvalidArgument, "duplicate output tensor alias: logits")]
    [InlineData("version_0", StatusCode.NotFound, "Servable not found for request: Specific(bert, 0)")]
    [InlineData("version_7", StatusCode.NotFound, "Servable not found for request: Specific(bert, 7)")]
    [InlineData("version_label", StatusCode.InvalidArgument, "Unrecognized servable version label: ")]
    [InlineData("unknown_model", StatusCode.NotFound, "Servable not found for request: Latest(nope)")]
    [InlineData("unknown_signature", StatusCode.FailedPrecondition, "Serving signature key \"")]
    [InlineData("missing_input", StatusCode.InvalidArgument, "input size does not match signature: 2!=3 len({")]
    [InlineData("extra_input", StatusCode.InvalidArgument, "input size does not match signature: 4!=3 len({")]
    [InlineData("wrong_alias", StatusCode.InvalidArgument, "Signature input alias: ")]
    [InlineData("broken_content", StatusCode.InvalidArgument, "tensor parsing error: input_ids")]
    [InlineData("no_model_spec", StatusCode.InvalidArgument, "Missing ModelSpec")]
    [InlineData("empty_request", StatusCode.InvalidArgument, "Missing ModelSpec")]
    public async Task Predict_WhatTensorFlowServingRefuses_IsRefusedInItsWords(string request, StatusCode code, string words)
    {
        var refusal = await _tiny.Server.RefusalAsync(Some.Golden(request));

        Assert.Equal(code, refusal.Code);
        Assert.StartsWith(words, refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_MissingAndExtraInputs_AreNamed()
    {
        var missing = await _tiny.Server.RefusalAsync(Some.Golden("missing_input"));
        var extra = await _tiny.Server.RefusalAsync(Some.Golden("extra_input"));

        Assert.EndsWith("Sent extra: {}. Missing but required: {segment_ids}.", missing.Detail, StringComparison.Ordinal);
        Assert.Matches(@"Sent extra: \{\w+\}\. Missing but required: \{\}\.$", extra.Detail);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Predict_EachBatchOfTheTinyModel_EqualsPyTorch(string name)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("tiny-bert", "golden.json")));
        var found = golden.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var (rows, columns) = (found.GetProperty("shape")[0].GetInt32(), found.GetProperty("shape")[1].GetInt32());
        var request = Some.Request(
            Integers(found, "input_ids"), Integers(found, "input_mask"), Integers(found, "segment_ids"), rows, columns);

        var response = await _tiny.Server.PredictAsync(request);

        var logits = response.Numbers(PredictSignature.Logits);
        var expected = found.GetProperty("logits_f64").EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(v => v.GetSingle());
        Assert.All(expected.Zip(logits), p => Assert.Equal(p.First, p.Second, Tolerance));
        Assert.Equal(
            found.GetProperty("predictated_labels").EnumerateArray().Select(v => v.GetInt32()),
            response.Outputs[PredictSignature.PredictedLabels].IntVal);
    }

    [Fact]
    public async Task Predict_TensorContentAskedFor_AnswersWithIt()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(
            folder.Path, new Dictionary<string, string?> { [nameof(ModelServerOptions.TensorContent)] = "true" });
        var expected = PredictResponse.Parser.ParseFrom(WireGolden.Find("predict_response.json", "tensor_content").Bytes);

        var response = await server.PredictAsync(Some.Golden("seed_client"));

        Assert.Equal(expected.Outputs[PredictSignature.PredictedLabels], response.Outputs[PredictSignature.PredictedLabels]);
        Assert.Empty(response.Outputs[PredictSignature.Logits].FloatVal);
        Assert.All(
            expected.Numbers(PredictSignature.Logits).Zip(response.Numbers(PredictSignature.Logits)),
            p => Assert.Equal(p.First, p.Second, Tolerance));
    }

    [Fact]
    public async Task Predict_EmptyBatch_IsAnsweredEmpty()
    {
        var expected = PredictResponse.Parser.ParseFrom(WireGolden.Find("predict_response.json", "empty_batch").Bytes);

        var response = await _tiny.Server.PredictAsync(Some.Request(0, 5));

        Assert.Equal(
            expected.Outputs.OrderBy(o => o.Key).Select(o => o.Value.TensorShape),
            response.Outputs.OrderBy(o => o.Key).Select(o => o.Value.TensorShape));
    }

    private static int[] Integers(JsonElement found, string name) =>
        [.. found.GetProperty(name).EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(v => v.GetInt32())];
}
