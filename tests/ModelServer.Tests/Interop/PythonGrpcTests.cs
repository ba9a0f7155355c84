using Moodstream.ModelServer.Tests.Support;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Tests.Interop;

/// <summary>Clients of TensorFlow Serving in Python, on the C-core implementation of gRPC, work unchanged.</summary>
public sealed class PythonGrpcTests : IClassFixture<TinyServer>, IClassFixture<BundledServer>, IClassFixture<PythonClient>
{
    private readonly Uri _tiny;
    private readonly Uri _bundled;
    private readonly PythonClient _python;

    public PythonGrpcTests(TinyServer tiny, BundledServer bundled, PythonClient python)
    {
        _tiny = tiny.Server.GrpcAddress;
        _bundled = bundled.Server.GrpcAddress;
        _python = python;
    }

    [PythonGrpcFact]
    public async Task Predict_GoldenBytes_AreAnsweredWhereTheArticlesClientLooks()
    {
        var golden = PredictResponse.Parser.ParseFrom(WireGolden.Find("predict_response.json", "typed_lists").Bytes);

        var answer = await _python.RunAsync("golden", _tiny);

        Assert.Equal(
            golden.Outputs["predictated_labels"].IntVal,
            answer.GetProperty("int_val").EnumerateArray().Select(v => v.GetInt32()));
        Assert.Equal("[2]", answer.GetProperty("shape").GetRawText());
    }

    [PythonGrpcFact]
    public async Task Predict_TheArticlesTwentyPostsPaddedTo150_GetTheLabelsTheyHaveAlone()
    {
        var answer = await _python.RunAsync("article", _bundled);

        var labels = answer.GetProperty("alone").GetRawText();
        Assert.Equal(20, answer.GetProperty("alone").EnumerateArray().Count(label => label.GetInt32() is 0 or 1 or 2));
        Assert.Equal($$"""{"int_val": {{labels}}, "shape": [20]}""", answer.GetProperty("lists").GetRawText());
        Assert.Equal($$"""{"int_val": {{labels}}, "shape": [20]}""", answer.GetProperty("fill").GetRawText());
        Assert.Equal("""{"seed_client": true, "segment_fill": true}""", answer.GetProperty("goldens").GetRawText());
    }

    [PythonGrpcFact]
    public async Task Predict_WhatIsRefused_HasTheSameCodeAndWordsThere()
    {
        var answers = await _python.RunAsync("errors", _tiny);

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["int64_content"] = "INVALID_ARGUMENT Expects arg[0] to be int32 but int64 is provided",
                ["unknown_model"] = "NOT_FOUND Servable not found for request: Latest(nope)",
                ["version_7"] = "NOT_FOUND Servable not found for request: Specific(bert, 7)",
                ["unknown_signature"] = "FAILED_PRECONDITION Serving signature key \"nope\" not found.",
                ["missing_input"] = "INVALID_ARGUMENT input size does not match signature: 2!=3",
                ["broken_content"] = "INVALID_ARGUMENT tensor parsing error: input_ids",
                ["empty_request"] = "INVALID_ARGUMENT Missing ModelSpec",
                ["no_such_method"] = "UNIMPLEMENTED ",
                ["not_a_message"] = "INTERNAL ",
            },
            answers.EnumerateObject().ToDictionary(a => a.Name, a => Cut(
                a.Name, $"{a.Value.GetProperty("code").GetString()} {a.Value.GetProperty("details").GetString()}")));
    }

    [PythonGrpcFact]
    public async Task GetModelMetadata_FromPython_ListsTheSignatures()
    {
        var answer = await _python.RunAsync("metadata", _tiny);

        Assert.Equal(
            """["input_ids", "input_mask", "segment_ids", "logits", "predictated_labels", "probabilities"]""",
            answer.GetProperty("serving_default").GetRawText());
        Assert.Equal(answer.GetProperty("serving_default").GetRawText(), answer.GetProperty("bert_predictions").GetRawText());
        Assert.Equal("""["texts", "labels", "probabilities"]""", answer.GetProperty("texts").GetRawText());
    }

    [PythonGrpcFact]
    public async Task GetModelStatus_FromPython_IsAvailable()
    {
        var answer = await _python.RunAsync("status", _tiny);

        Assert.Equal(
            """{"model_version_status": [{"version": "1", "state": "AVAILABLE", "status": {}}]}""", answer.GetRawText());
    }

    [PythonGrpcFact]
    public async Task Check_FromPython_IsServing()
    {
        var answer = await _python.RunAsync("health", _tiny);

        Assert.Equal(
            """{"": "SERVING", "PredictionService": "SERVING", "tensorflow.serving.PredictionService": "SERVING", "nobody": "NOT_FOUND"}""",
            answer.GetRawText());
    }

    [PythonGrpcFact]
    public async Task Predict_Gzip_GetsTheSameNumbers() =>
        Assert.Equal("""{"same": true}""", (await _python.RunAsync("gzip", _bundled)).GetRawText());

    [PythonGrpcFact]
    public async Task Predict_AboveFourMebibytes_IsTaken()
    {
        var answer = await _python.RunAsync("large", _bundled);

        Assert.InRange(answer.GetProperty("bytes").GetInt32(), 5_000_000, 16_000_000);
        Assert.Equal("[1]", answer.GetProperty("shape").GetRawText());
    }

    [PythonGrpcFact]
    public async Task Predict_ManyAtOnce_AreAllAnswered() =>
        Assert.Equal("""{"calls": 200, "rows": 500}""", (await _python.RunAsync("concurrent", _bundled)).GetRawText());

    [PythonGrpcFact]
    public async Task Predict_DeadlineAndCancel_LeaveTheOthersAlone()
    {
        var answer = await _python.RunAsync("deadline", _bundled);

        Assert.Equal("DEADLINE_EXCEEDED", answer.GetProperty("late").GetString());
        Assert.Equal("[24, 24, 24, 24, 24, 24, 24]", answer.GetProperty("others").GetRawText());
    }

    // Of the longer ones, as much as TensorFlow Serving says too.
    private static string Cut(string name, string text) => name switch
    {
        "missing_input" => text[..58],
        "broken_content" => text[..48],
        "no_such_method" or "not_a_message" => text[..(text.IndexOf(' ', StringComparison.Ordinal) + 1)],
        _ => text,
    };
}
