using System.Text;
using Moodstream.ModelServer.Tests.Support;
using Moodstream.TensorFlowServing;

namespace Moodstream.ModelServer.Tests.Rest;

/// <summary>The forms a predict request may have, and the form of its answer.</summary>
public sealed class PredictFormTests(RestHost host) : IClassFixture<RestHost>
{
    [Fact]
    public async Task Predict_ByRest_GivesTheBitsOfGrpc()
    {
        var reply = await host.PredictAsync(
            """
            {"inputs": {"input_ids": [[2, 21, 53], [2, 17, 3]], "input_mask": [[1, 1, 1], [1, 1, 1]],
              "segment_ids": [[0, 0, 0], [0, 0, 0]]}}
            """);

        var grpc = await host.Server.PredictAsync(Some.Request([2, 21, 53, 2, 17, 3], 2, 3));
        var logits = reply.Json.GetProperty("outputs").GetProperty("logits").EnumerateArray()
            .SelectMany(row => row.EnumerateArray().Select(v => v.GetSingle()));
        Assert.Equal(grpc.Numbers(PredictSignature.Logits), logits);
    }

    [Fact]
    public async Task Predict_TensorContentAsked_IsTheSameJson()
    {
        using var content = await RestHost.StartAsync((nameof(ModelServerOptions.TensorContent), "true"));

        var reply = await content.PredictAsync(RestHost.Rows);

        Assert.Equal((await host.PredictAsync(RestHost.Rows)).Json.GetRawText(), reply.Json.GetRawText());
        await content.DisposeAsync();
    }

    [Fact]
    public async Task Predict_SeveralOutputs_AreObjectsInRowsAndOneObjectInColumns()
    {
        var rows = await host.PredictAsync("""{"signature_name": "texts", "instances": ["a", "b"]}""");
        var columns = await host.PredictAsync("""{"signature_name": "texts", "inputs": ["a", "b"]}""");

        Assert.Equal(["labels", "probabilities"], rows.Json.GetProperty("predictions")[1].EnumerateObject().Select(o => o.Name));
        Assert.Equal(["labels", "probabilities"], columns.Json.GetProperty("outputs").EnumerateObject().Select(o => o.Name));
        Assert.Equal(
            rows.Json.GetProperty("predictions")[1].GetProperty("probabilities").GetRawText(),
            columns.Json.GetProperty("outputs").GetProperty("probabilities")[1].GetRawText());
    }

    public static TheoryData<string> FormsOfOneText => new()
    {
        """{"signature_name": "texts", "instances": ["good 😍"]}""",
        """{"instances": ["good 😍"], "signature_name": "texts"}""",
        """{"signature_name": "texts", "instances": ["good \ud83d\ude0d"]}""",
        """{"signature_name": "texts", "instances": [{"texts": "good 😍"}]}""",
        """{"signature_name": "texts", "instances": [{"t\u0065xts": "good 😍"}]}""",
        """{"signature_name": "texts", "instances": [{"b64": "Z29vZCDwn5iN"}]}""",
        """{"signature_name": "texts", "instances": [{"texts": {"b64": "Z29vZCDwn5iN"}}]}""",
        """{"signature_name": "texts", "inputs": ["good 😍"]}""",
        """{"signature_name": "texts", "inputs": [{"b64": "Z29vZCDwn5iN"}]}""",
        """{"signature_name": "texts", "inputs": {"texts": ["good 😍"]}}""",
        """{"signature_name": "texts", "inputs": {"not": [[1, {}]], "texts": [{"b64": "Z29vZCDw\u006e5iN"}]}}""",
        """ { "unknown" : { "instances" : [ null ] } , "signature_name" : "texts" , "instances" : [ "good 😍" ] } """,
        "\uFEFF{\"signature_name\": \"texts\", \"instances\": [\"good 😍\"]}",
    };

    [Theory]
    [MemberData(nameof(FormsOfOneText))]
    public async Task Predict_AnyFormOfAText_IsTheSameText(string body)
    {
        var expected = await host.PredictAsync("""{"signature_name": "texts", "inputs": {"texts": ["good 😍"]}}""");

        var reply = await host.PredictAsync(body);

        Assert.Equal(200, reply.Status);
        Assert.Equal(
            expected.Json.GetProperty("outputs").GetProperty("probabilities")[0].GetRawText(),
            reply.Json.TryGetProperty("predictions", out var rows)
                ? rows[0].GetProperty("probabilities").GetRawText()
                : reply.Json.GetProperty("outputs").GetProperty("probabilities")[0].GetRawText());
    }

    [Fact]
    public async Task Predict_NoTextsInColumns_IsAnsweredWithNone()
    {
        var reply = await host.PredictAsync("""{"signature_name": "texts", "inputs": []}""");

        Assert.Equal(200, reply.Status);
        Assert.Equal("""{"labels":[],"probabilities":[]}""", reply.Raw("outputs"));
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain; charset=latin1")]
    [InlineData("application/grpc")]
    public async Task Predict_AnyContentType_IsNotLookedAt(string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(RestHost.Rows));
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);

        var reply = await host.SendAsync(HttpMethod.Post, RestHost.Predict, content);

        Assert.Equal(200, reply.Status);
    }

    [Theory]
    [InlineData("-0")]
    [InlineData("0")]
    [InlineData("99")]
    public async Task Predict_IntegersOfTheVocabulary_AreTaken(string id)
    {
        var reply = await host.PredictAsync(
            $$"""{"instances": [{"input_ids": [{{id}}], "input_mask": [1], "segment_ids": [0]}]}""");

        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task Predict_ThirtyTwoCallersAtOnce_GetTheSameAsAlone()
    {
        var bodies = Enumerable.Range(0, 32)
            .Select(i => $$"""{"signature_name": "texts", "instances": ["{{new string('a', i)}} good", "{{i}}"]}""").ToArray();
        var alone = new List<string>();
        foreach (var body in bodies)
        {
            alone.Add((await host.PredictAsync(body)).Raw("predictions"));
        }

        var together = await Task.WhenAll(bodies.SelectMany(b => Enumerable.Repeat(b, 4)).Select(host.PredictAsync));

        Assert.Equal(alone.SelectMany(a => Enumerable.Repeat(a, 4)), together.Select(r => r.Raw("predictions")));
    }
}
