using System.Diagnostics;
using System.Text.Json;
using Moodstream.ModelServer.Tests.Support;

namespace Moodstream.ModelServer.Tests.Interop;

/// <summary>REST as it is called from a shell.</summary>
public sealed class CurlTests : IClassFixture<TinyServer>, IClassFixture<BundledServer>
{
    private readonly Uri _tiny;
    private readonly Uri _bundled;

    public CurlTests(TinyServer tiny, BundledServer bundled)
    {
        _tiny = tiny.Server.RestAddress;
        _bundled = bundled.Server.RestAddress;
    }

    [CurlFact]
    public async Task Predict_RowForm_EqualsTheDocumentedAnswer()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("tfs-wire", "rest.json")));
        var exchange = golden.RootElement.GetProperty("exchanges").EnumerateArray()
            .Single(e => e.GetProperty("name").GetString() == "row_form");
        var body = exchange.GetProperty("request").GetProperty("body").GetRawText();

        var answer = await CurlAsync("-d", body, $"{_tiny}v1/models/bert:predict");

        var expected = exchange.GetProperty("response").GetProperty("body").GetProperty("predictions")[0].GetProperty("logits");
        Assert.All(
            expected.EnumerateArray().Zip(answer.GetProperty("predictions")[0].GetProperty("logits").EnumerateArray()),
            pair => Assert.Equal(pair.First.GetSingle(), pair.Second.GetSingle(), 2e-5f));
    }

    [CurlFact]
    public async Task Predict_Texts_GetTheirLabels()
    {
        var answer = await CurlAsync(
            "-d", """{"signature_name":"texts","instances":["I love this!","I HATE this."]}""", $"{_bundled}v1/models/bert:predict");

        Assert.Equal(
            ["positive", "negative"],
            answer.GetProperty("predictions").EnumerateArray().Select(p => p.GetProperty("labels").GetString()));
    }

    [CurlFact]
    public async Task Status_OfTheModel_IsAvailable()
    {
        var answer = await CurlAsync($"{_tiny}v1/models/bert");

        Assert.Equal("AVAILABLE", answer.GetProperty("model_version_status")[0].GetProperty("state").GetString());
    }

    private static async Task<JsonElement> CurlAsync(params string[] arguments)
    {
        using var curl = Process.Start(new ProcessStartInfo(CurlFactAttribute.Curl, ["--silent", "--noproxy", "*", .. arguments])
        {
            RedirectStandardOutput = true,
        })!; // null only for UseShellExecute
        var output = await curl.StandardOutput.ReadToEndAsync().DefaultTimeout();
        await curl.WaitForExitAsync().DefaultTimeout();
        Assert.Equal(0, curl.ExitCode);
        using var json = JsonDocument.Parse(output);
        return json.RootElement.Clone();
    }
}
