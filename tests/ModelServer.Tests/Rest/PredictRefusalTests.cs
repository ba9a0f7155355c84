namespace Moodstream.ModelServer.Tests.Rest;

/// <summary>What is refused, and in which words.</summary>
public sealed class PredictRefusalTests(RestHost host) : IClassFixture<RestHost>
{
    public static TheoryData<string, string> Refused => new()
    {
        // What is no JSON.
        { "", "JSON Parse error: The document is empty" },
        { "  ", "JSON Parse error: The input does not contain any JSON tokens" },
        { "{", "JSON Parse error: Expected depth to be zero" },
        { """{"instances": ["a"],}""", "JSON Parse error: The JSON object contains a trailing comma" },
        { """{"instances": ["a"]} x""", "JSON Parse error: 'x' is invalid after a single JSON value" },
        { """{"instances": ["a"]}{}""", "JSON Parse error: '{' is invalid after a single JSON value" },
        { """{"instances": /* no */ ["a"]}""", "JSON Parse error: '/' is invalid after a " },
        { """{'instances': ["a"]}""", "JSON Parse error: ''' is an invalid start" },
        { """{"instances": [NaN]}""", "JSON Parse error: 'N' is an invalid start of a value" },
        { """{"instances": [01]}""", "JSON Parse error: Invalid leading zero" },
        { "{\"instances\": [\"a\nb\"]}", "JSON Parse error: '0x0A' is invalid within a JSON string" },
        { """{"signature_name": "texts", "instances": ["\ud83d"]}""", "JSON Parse error: The surrogate pair in string is invalid. at offset: 42" },
        { """{"signature_name": "texts", "instances": ["\ude0d\ud83d"]}""", "JSON Parse error: The surrogate pair" },
        { """{"signature_name": "\ud83d", "instances": ["a"]}""", "JSON Parse error: The surrogate pair" },
        { """{"\ud83d": 1, "instances": ["a"]}""", "JSON Parse error: The surrogate pair" },
        { """{"instances": [{"\udfff": 1}]}""", "JSON Parse error: The surrogate pair" },

        // What is no request.
        { "[]", "JSON Value: [] Is not object" },
        { "1", "JSON Value: 1 Is not object" },
        { "[1] 2", "JSON Parse error: '2' is invalid after a single JSON value" },
        { "{}", "Missing 'inputs' or 'instances' key" },
        { """{"Instances": ["a"]}""", "Missing 'inputs' or 'instances' key" },
        { """{"instances": ["a"], "inputs": ["a"]}""", "JSON Value: {\"instances\": [\"a\"], \"inputs\": [\"a\"]} Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist" },
        { """{"instances": "a"}""", "JSON Value: \"a\" Expecting 'instances' to be an list/array" },
        { """{"instances": {}}""", "JSON Value: {} Expecting 'instances' to be an list/array" },
        { """{"instances": []}""", "JSON Value: [] No values in 'instances' array" },
        { """{"signature_name": 1, "instances": ["a"]}""", "JSON Value: 1 not formatted correctly. 'signature_name' key must be a string value." },
        { """{"signature_name": null, "instances": ["a"]}""", "JSON Value: null not formatted correctly. 'signature_name'" },
        { """{"signature_name": "a\"b", "instances": ["a"]}""", "Serving signature name: \"a\"b\" not found in signature def" },

        // Keys that are there twice, however they are spelt.
        { """{"instances": ["a"], "instances": ["a"]}""", "JSON Parse error: the key instances is there twice" },
        { """{"inputs": ["a"], "\u0069nputs": ["a"]}""", "JSON Parse error: the key inputs is there twice" },
        { """{"signature_name": "", "signature_name": "texts", "instances": ["a"]}""", "JSON Parse error: the key signature_name is there twice" },
        { """{"signature_name": "texts", "instances": ["a", {"texts": "a"}]}""", "Expecting value/list but got object at item 1 of input list" },
        { """{"signature_name": "texts", "instances": [{"texts": "a", "texts": "b"}]}""", "JSON Parse error: the key instances[0].texts is there twice" },
        { """{"signature_name": "texts", "inputs": {"texts": ["a"], "texts": ["b"]}}""", "JSON Parse error: the key inputs.texts is there twice" },

        // Rows.
        { """{"instances": [[1, 2]]}""", "instances is a plain list, but expecting list of objects as multiple input tensors required as per tensorinfo_map" },
        { """{"instances": [{"input_ids": [2]}, 7]}""", "Failed to process element: 0 of 'instances' list. JSON object: {\"input_ids\": [2]} keys must be equal to: input_ids,input_mask,segment_ids" },
        { """{"instances": [{"input_ids": [2], "x\u0079": [2]}]}""", "Failed to process element: 0 key: x\\u0079 of 'instances' list. Error: INVALID_ARGUMENT: JSON object: does not have named input: x\\u0079" },
        { """{"instances": [{}]}""", "Failed to process element: 0 of 'instances' list. JSON object: {} keys must be equal to" },
        { """{"signature_name": "texts", "instances": [{"texts": "a"}, "b"]}""", "Expecting object but got list at item 1 of input list" },
        { """{"signature_name": "texts", "instances": [{"b64": "!"}]}""", "Failed to process element: 0 of 'instances' list. Error: INVALID_ARGUMENT: Unable to base64 decode at instances[0]" },
        { """{"signature_name": "texts", "instances": [{"texts": {"b64": 1}}]}""", "Failed to process element: 0 key: texts of 'instances' list. Error: INVALID_ARGUMENT: JSON Value: {...} not formatted correctly for base64 data at instances[0].texts" },
        { """{"signature_name": "texts", "instances": ["a", ["b"]]}""", "Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT: Expecting shape [] but got: [1] at instances[1]" },
        { """{"signature_name": "texts", "instances": [["a"], ["b"]]}""", "texts: expected the shape [B], got [2,1]" },
        { """{"signature_name": "texts", "instances": ["a", null]}""", "Failed to process element: 1 of 'instances' list. Error: INVALID_ARGUMENT: JSON Value: null Type: Null is not of expected type: string at instances[1]" },
        { """{"signature_name": "texts", "instances": [true]}""", "Failed to process element: 0 of 'instances' list. Error: INVALID_ARGUMENT: JSON Value: true Type: True is not of expected type: string" },
        { """{"signature_name": "texts", "instances": [{"b64": "/w=="}]}""", "texts[0]: expected UTF-8, got other bytes" },
        { Row("[[1], [2, 3]]", "[1]", "[0]"), "Failed to process element: 0 key: input_ids of 'instances' list. Error: INVALID_ARGUMENT: Encountered list at unexpected size: 2 at level: 1 expected size: 1 at instances[0].input_ids[1]" },
        { Row("[1, [2]]", "[1]", "[0]"), "Failed to process element: 0 key: input_ids of 'instances' list. Error: INVALID_ARGUMENT: Encountered list at unexpected level: 1 expected < 1 at instances[0].input_ids[1]" },
        { Row("[[], 1]", "[1]", "[0]"), "Failed to process element: 0 key: input_ids of 'instances' list. Error: INVALID_ARGUMENT: JSON Value: 1 found at incorrect level: 2 in the JSON DOM. Expected at level: 2 at instances[0].input_ids[1]" },
        { Row("[[2]]", "[[1]]", "[[0]]"), "input_ids: expected the shape [B,T], got [1,1,1]" },
        { Row("2", "1", "0"), "input_ids: expected the shape [B,T], got [1]" },
        { Row("[]", "[]", "[]"), "input_ids: expected at least one token id, got none" },

        // Columns.
        { """{"inputs": [[1, 2]]}""", "inputs is a plain value/list, but expecting an object as multiple input tensors required as per tensorinfo_map" },
        { """{"inputs": {"b64": "YQ=="}}""", "inputs is a plain value/list, but expecting an object" },
        { """{"inputs": {}}""", "Missing named input: input_ids in 'inputs' object." },
        { """{"signature_name": "texts", "inputs": "a"}""", "texts: expected the shape [B], got []" },
        { """{"signature_name": "texts", "inputs": {"b64": "YQ=="}}""", "texts: expected the shape [B], got []" },
        { """{"signature_name": "texts", "inputs": [["a"]]}""", "texts: expected the shape [B], got [1,1]" },
        { """{"signature_name": "texts", "inputs": ["a", 1]}""", "JSON Value: 1 Type: Number is not of expected type: string at inputs[1]" },
        { """{"inputs": {"input_ids": [[1, 2], [3]], "input_mask": [[1]], "segment_ids": [[0]]}}""", "Encountered list at unexpected size: 1 at level: 1 expected size: 2 at inputs.input_ids[1]" },
        { """{"inputs": {"input_ids": [[1], [3]], "input_mask": [[1]], "segment_ids": [[0]]}}""", "input_mask: expected the shape [2,1] of input_ids, got [1,1]" },
        { """{"inputs": {"input_ids": [[1, 100]], "input_mask": [[1, 1]], "segment_ids": [[0, 0]]}}""", "indices[0,1] = 100 is not in [0, 100)\n\t [[{{node bert/embeddings/word}}]]" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Predict_WhatIsNoRequest_IsRefusedInTheseWords(string body, string words)
    {
        var reply = await host.PredictAsync(body);

        Assert.Equal(400, reply.Status);
        Assert.StartsWith(words, reply.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.5", "Number")]
    [InlineData("1.0", "Number")]
    [InlineData("1e0", "Number")]
    [InlineData("1e400", "Number")]
    [InlineData("-1e-400", "Number")]
    [InlineData("99999999999", "Number")]
    [InlineData("2147483648", "Number")]
    [InlineData("-2147483649", "Number")]
    [InlineData("\"1\"", "String")]
    [InlineData("true", "True")]
    [InlineData("false", "False")]
    [InlineData("null", "Null")]
    public async Task Predict_NotAnInt32_IsRefusedWithItsPlace(string value, string kind)
    {
        var rows = await host.PredictAsync(
            $$"""
            {"instances": [{"input_ids": [1, 2], "input_mask": [1, 1], "segment_ids": [0, 0]},
              {"input_ids": [1, {{value}}], "input_mask": [1, 1], "segment_ids": [0, 0]}]}
            """);
        var columns = await host.PredictAsync(
            $$"""{"inputs": {"segment_ids": [[0, 0], [0, {{value}}]], "input_ids": [[1, 2]], "input_mask": [[1, 1]]} }""");

        var words = $"JSON Value: {value} Type: {kind} is not of expected type: int32 at ";
        Assert.Equal((400, 400), (rows.Status, columns.Status));
        Assert.Equal(
            $"Failed to process element: 1 key: input_ids of 'instances' list. Error: INVALID_ARGUMENT: {words}instances[1].input_ids[1]",
            rows.Error);
        Assert.Equal($"{words}inputs.segment_ids[1][1]", columns.Error);
    }

    [Fact]
    public async Task Predict_InstanceOfAnotherLength_IsRefusedWithItsNumber()
    {
        var reply = await host.PredictAsync(
            """
            {"instances": [{"input_ids": [1, 2], "input_mask": [1, 1], "segment_ids": [0, 0]},
              {"input_ids": [1], "input_mask": [1], "segment_ids": [0]}]}
            """);

        Assert.Equal(400, reply.Status);
        Assert.Equal(
            "Failed to process element: 1 key: input_ids of 'instances' list. Error: INVALID_ARGUMENT: "
            + "Expecting tensor size: 2 but got: 1 at instances[1].input_ids",
            reply.Error);
    }

    [Fact]
    public async Task Predict_LongValue_IsCutInTheMessage()
    {
        var reply = await host.PredictAsync(
            $$"""{"inputs": {"input_ids": "{{new string('é', 5000)}}", "input_mask": [[1]], "segment_ids": [[0]]} }""");

        Assert.Equal(400, reply.Status);
        Assert.Equal(
            $"JSON Value: \"{new string('é', 32)}...\" Type: String is not of expected type: int32 at inputs.input_ids", reply.Error);
    }

    [Fact]
    public async Task Predict_MoreInstancesThanTheQueueHolds_IsRefusedWithTheirNumber()
    {
        using var small = await RestHost.StartAsync((nameof(ModelServerOptions.Queue), "10"));
        var rows = string.Join(',', Enumerable.Repeat("\"a\"", 11));

        var reply = await small.PredictAsync($$"""{"signature_name": "texts", "instances": [{{rows}}]}""");
        var columns = await small.PredictAsync($$"""{"signature_name": "texts", "inputs": [{{rows}}]}""");

        Assert.Equal((400, 400), (reply.Status, columns.Status));
        Assert.Equal("Task size 11 is larger than maximum input batch size 10", reply.Error);
        Assert.Equal("expected at most 10 strings, got more at inputs[10]", columns.Error);
        await small.DisposeAsync();
    }

    private static string Row(string ids, string mask, string segments) =>
        $$"""{"instances": [{"input_ids": {{ids}}, "input_mask": {{mask}}, "segment_ids": {{segments}} }]}""";
}
