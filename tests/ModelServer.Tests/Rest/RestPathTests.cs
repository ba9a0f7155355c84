namespace Moodstream.ModelServer.Tests.Rest;

/// <summary>Paths, methods and models as they come over a socket.</summary>
public sealed class RestPathTests(RestHost host) : IClassFixture<RestHost>
{
    [Theory]
    [InlineData("GET", "/v1/models", 400, "Missing model name in request.")]
    [InlineData("GET", "/v1/models?name=bert", 400, "Missing model name in request.")]
    [InlineData("GET", "/v1/", 400, "Malformed request: GET /v1/")]
    [InlineData("GET", "/v1/models/a/b", 400, "Malformed request: GET /v1/models/a/b")]
    [InlineData("POST", "/v1/models/bert:explain", 400, "Malformed request: POST /v1/models/bert:explain")]
    [InlineData("POST", "/v1/models/b%20%C3%A9/x:predict?a=1", 400, "Malformed request: POST /v1/models/b%20%C3%A9/x:predict")]
    [InlineData("GET", "/v1/models/bert:predict", 400, "Malformed request: GET /v1/models/bert:predict")]
    [InlineData("PUT", "/v1/models/bert:predict", 400, "Malformed request: PUT /v1/models/bert:predict")]
    [InlineData("DELETE", "/v1/models/bert", 400, "Malformed request: DELETE /v1/models/bert")]
    [InlineData("POST", "/v1/models/bert", 400, "Malformed request: POST /v1/models/bert")]
    [InlineData("OPTIONS", "/v1/models/bert/metadata", 400, "Malformed request: OPTIONS /v1/models/bert/metadata")]
    [InlineData("GET", "/v1/models/nope", 404, "Could not find any versions of model nope")]
    [InlineData("GET", "/v1/models/bert%20", 404, "Could not find any versions of model bert ")]
    [InlineData("GET", "/v1/models/%ED%A0%80%22", 404, "Could not find any versions of model %ED%A0%80\"")]
    [InlineData("GET", "/v1/models/bert/versions/2", 404, "Could not find version 2 of model bert")]
    [InlineData("GET", "/v1/models/bert/versions/9223372036854775808", 400, "Failed to convert version: 9223372036854775808 to numeric.")]
    [InlineData("GET", "/v1/models/bert/labels/stable", 400, "Unrecognized servable version label: stable")]
    [InlineData("GET", "/v1/models/nope/metadata", 404, "Servable not found for request: Latest(nope)")]
    [InlineData("GET", "/v1/models/bert/versions/3/metadata", 404, "Servable not found for request: Specific(bert, 3)")]
    [InlineData("GET", "/v1/models/bert/labels/a%2Fb/metadata", 400, "Unrecognized servable version label: a/b")]
    public async Task Request_NotOursOrNotThere_IsRefusedSo(string method, string path, int status, string words)
    {
        var reply = await host.SendAsync(new HttpMethod(method), path);

        Assert.Equal(status, reply.Status);
        Assert.Equal(words, reply.Error);
    }

    [Theory]
    [InlineData("/v1/models/nope:predict", 404, "Servable not found for request: Latest(nope)")]
    [InlineData("/v1/models/Bert:predict", 404, "Servable not found for request: Latest(Bert)")]
    [InlineData("/v1/models/bert/versions/9223372036854775807:predict", 404, "Servable not found for request: Specific(bert, 9223372036854775807)")]
    [InlineData("/v1/models/bert/versions/0:predict", 404, "Servable not found for request: Specific(bert, 0)")]
    [InlineData("/v1/models/bert/versions/99999999999999999999:predict", 400, "Failed to convert version: 99999999999999999999 to numeric.")]
    [InlineData("/v1/models/bert/labels/stable:predict", 400, "Unrecognized servable version label: stable")]
    [InlineData("/v1/models/nope:classify", 404, "Servable not found for request: Latest(nope)")]
    [InlineData("/v1/models/bert:classify", 400, "Expected classification signature method_name to be tensorflow/serving/classify. Was: tensorflow/serving/predict; every signature here is run by :predict")]
    [InlineData("/v1/models/bert/versions/1:regress", 400, "Expected regression signature method_name to be tensorflow/serving/regress. Was: tensorflow/serving/predict; every signature here is run by :predict")]
    public async Task Post_ModelOrMethodNotThere_IsRefusedSo(string path, int status, string words)
    {
        var reply = await host.PostAsync(path, System.Text.Encoding.UTF8.GetBytes(RestHost.Rows));

        Assert.Equal(status, reply.Status);
        Assert.Equal(words, reply.Error);
    }

    [Theory]
    [InlineData("/v1/models/bert:predict")]
    [InlineData("/V1/MODELS/bert/VERSIONS/001:Predict")]
    [InlineData("/v1/models/%62ert:predict?timeout=1")]
    public async Task Predict_SpellingsOfThePath_AreTheSame(string path)
    {
        var reply = await host.PostAsync(path, System.Text.Encoding.UTF8.GetBytes(RestHost.Rows));

        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task Head_OfAStatus_IsItsHeaders()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/v1/models/bert");
        using var response = await host.Http.SendAsync(request).DefaultTimeout();

        Assert.Equal(200, (int)response.StatusCode);
        Assert.True(response.Content.Headers.ContentLength > 0);
    }

    [Fact]
    public async Task Status_LargestVersionThereCanBe_IsAStringOfAllItsDigits()
    {
        using var largest = new RestHost([long.MaxValue]);
        await largest.InitializeAsync();

        var status = await largest.GetAsync("/v1/models/bert/versions/9223372036854775807");
        var metadata = await largest.GetAsync("/v1/models/bert/metadata");
        var answer = await largest.PostAsync(
            "/v1/models/bert/versions/9223372036854775807:predict", System.Text.Encoding.UTF8.GetBytes(RestHost.Rows));

        Assert.Equal(
            """[{"version":"9223372036854775807","state":"AVAILABLE","status":{"error_code":"OK","error_message":""}}]""",
            status.Raw("model_version_status"));
        Assert.Equal("""{"name":"bert","signature_name":"","version":"9223372036854775807"}""", metadata.Raw("model_spec"));
        Assert.Equal(200, answer.Status);
        await largest.DisposeAsync();
    }

    [Fact]
    public async Task Error_CutInTheMiddleOfACharacter_IsStillJson()
    {
        // 1,024 characters are kept; for one of the two lengths the cut falls into a pair of surrogates.
        foreach (var odd in new[] { "", "a" })
        {
            var label = odd + string.Concat(Enumerable.Repeat("%F0%9F%98%8D", 600));

            var reply = await host.GetAsync($"/v1/models/bert/labels/{label}");

            Assert.Equal(400, reply.Status);
            Assert.EndsWith("...TRUNCATED", reply.Error, StringComparison.Ordinal);
        }
    }
}
