using System.Text.Json;

namespace Moodstream.ModelServer.Tests.Rest;

/// <summary>The exchanges of tests/data/tfs-wire/rest.json, over a socket.</summary>
public sealed class RestGoldenTests(RestHost host) : IClassFixture<RestHost>
{
    private const double Tolerance = 2e-5;

    private static readonly JsonElement[] Exchanges =
        [.. JsonDocument.Parse(File.ReadAllBytes(Repository.Data("tfs-wire", "rest.json")))
            .RootElement.GetProperty("exchanges").EnumerateArray()];

    public static TheoryData<string> Names => new(Exchanges.Select(e => e.GetProperty("name").GetString()!)); // all have one

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Exchange_AsDocumented_IsAnsweredSo(string name)
    {
        var exchange = Exchanges.Single(e => e.GetProperty("name").GetString() == name);
        var request = exchange.GetProperty("request");
        var expected = exchange.GetProperty("response");

        using var body = request.TryGetProperty("body", out var json) ? new StringContent(json.GetRawText()) : null;
        var reply = await host.SendAsync(
            new HttpMethod(request.GetProperty("method").GetString()!), request.GetProperty("path").GetString()!, body);

        Assert.Equal(expected.GetProperty("status").GetInt32(), reply.Status);
        if (expected.TryGetProperty("error_starts_with", out var start))
        {
            Assert.StartsWith(start.GetString(), reply.Error, StringComparison.Ordinal);
        }
        else if (name == "metadata")
        {
            AssertSame(expected.GetProperty("body"), WithoutTexts(reply.Json), "$");
        }
        else
        {
            AssertSame(expected.GetProperty("body"), reply.Json, "$");
        }
    }

    [Fact]
    public async Task Metadata_OurOwnSignature_IsDescribedToo()
    {
        var reply = await host.GetAsync("/v1/models/bert/versions/1/metadata");

        var texts = reply.Json.GetProperty("metadata").GetProperty("signature_def").GetProperty("signature_def").GetProperty("texts");
        Assert.Equal("DT_STRING", texts.GetProperty("inputs").GetProperty("texts").GetProperty("dtype").GetString());
        Assert.Equal("DT_STRING", texts.GetProperty("outputs").GetProperty("labels").GetProperty("dtype").GetString());
    }

    // The goldens have the two signatures that the original knows.
    private static JsonElement WithoutTexts(JsonElement json)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(json.GetRawText())!; // not null, as there was an answer
        Assert.True(node["metadata"]!["signature_def"]!["signature_def"]!.AsObject().Remove("texts")); // has all of these
        return JsonDocument.Parse(node.ToJsonString()).RootElement;
    }

    private static void AssertSame(JsonElement expected, JsonElement actual, string path)
    {
        Assert.True(expected.ValueKind == actual.ValueKind, $"{path}: expected {expected}, got {actual}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(
                    expected.EnumerateObject().Select(m => m.Name).Order(), actual.EnumerateObject().Select(m => m.Name).Order());
                foreach (var member in expected.EnumerateObject())
                {
                    AssertSame(member.Value, actual.GetProperty(member.Name), $"{path}.{member.Name}");
                }

                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.GetArrayLength());
                foreach (var (i, item) in expected.EnumerateArray().Index())
                {
                    AssertSame(item, actual[i], $"{path}[{i}]");
                }

                break;
            case JsonValueKind.Number:
                Assert.True(
                    Math.Abs(expected.GetDouble() - actual.GetDouble()) <= Tolerance, $"{path}: expected {expected}, got {actual}");
                break;
            default:
                Assert.Equal(expected.ToString(), actual.ToString());
                break;
        }
    }
}
