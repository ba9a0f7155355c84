using System.Text.Json;
using Moodstream.Contracts;
using Moodstream.TensorFlowServing.Tests.Client;

namespace Moodstream.Cli.Tests.Run;

/// <summary>`moodstream run --model-endpoint` as a process, beside a scripted TensorFlow Serving.</summary>
public sealed class RunRemoteTests
{
    private const int Rows = 200;

    [Fact]
    public async Task Run_AtAServer_WritesEveryPostScoredThereWithoutWeights()
    {
        using var folder = new TemporaryFolder();
        await WritePostsAsync(folder["posts.jsonl"]);
        CopyWithoutWeights(folder["tokenizer"]);
        await using var serving = await ServingDouble.StartAsync();

        using var run = new MoodstreamProcess(
            folder.Path, "run", "--source", "file:posts.jsonl", "--no-page", "--model", "tokenizer",
            "--model-endpoint", serving.Address.OriginalString, "--model-name", "moods");
        var scored = ReadScored(await run.RestAsync());

        Assert.Equal((0, ""), (await run.ExitCodeAsync(), await run.ErrorsAsync()));
        Assert.Equal(Rows, scored.Select(s => s.Post.Id).Distinct().Count());
        Assert.All(scored, s => Assert.Equal(new ModelVersion("moods", 7), s.Model));
        Assert.All(serving.Requests.Items, r => Assert.Equal("moods", r.ModelSpec.Name));
    }

    [Fact]
    public async Task Run_AtServe_ScoresAsItDoesInOneProcess()
    {
        using var folder = new TemporaryFolder();
        await WritePostsAsync(folder["posts.jsonl"]);
        using var serve = new MoodstreamProcess(folder.Path, "serve", "--grpc-port", "0", "--rest-port", "0");
        var greeting = await serve.LineWithAsync("Moodstream serves bert version 1");
        var address = greeting.Split("gRPC ")[1].Split(',')[0];

        var scored = await Task.WhenAll(ScoreAsync("there", "--model-endpoint", address), ScoreAsync("here"));

        Assert.Equal(Rows, scored[0].Count);
        Assert.All(scored[0].Zip(scored[1]), pair =>
        {
            var (there, here) = pair;
            Assert.Equal((here.Post.Id, here.Tokens, here.Sentiment.Label), (there.Post.Id, there.Tokens, there.Sentiment.Label));
            Assert.Equal(here.Sentiment.Negative, there.Sentiment.Negative, 1e-6f);
            Assert.Equal(here.Sentiment.Positive, there.Sentiment.Positive, 1e-6f);
        });

        async Task<List<ScoredPost>> ScoreAsync(string data, params string[] arguments)
        {
            using var run = new MoodstreamProcess(
                folder.Path, ["run", "--source", "file:posts.jsonl", "--no-page", "--data", data, .. arguments]);
            return [.. ReadScored(await run.RestAsync()).DistinctBy(s => s.Post.Id).OrderBy(s => s.Post.Id, StringComparer.Ordinal)];
        }
    }

    [Fact]
    public async Task Run_ServerIsNotThereYet_SaysSoAndGoesOnWhenItComes()
    {
        using var folder = new TemporaryFolder();
        await WritePostsAsync(folder["posts.jsonl"]);
        var gone = await ServingDouble.StartAsync();
        var address = gone.Address;
        await gone.DisposeAsync();

        using var run = new MoodstreamProcess(
            folder.Path, "run", "--source", "file:posts.jsonl", "--no-page", "--model-endpoint", address.OriginalString);
        await run.ErrorWithAsync("The model does not answer; posts wait until it does: UNAVAILABLE");
        await using var serving = await ServingDouble.StartAsync(address.Port);
        var scored = ReadScored(await run.RestAsync());

        Assert.Equal(0, await run.ExitCodeAsync());
        Assert.Equal(Rows, scored.Select(s => s.Post.Id).Distinct().Count());
    }

    [Fact]
    public async Task Run_InterruptedWhileTheServerIsNotThere_Ends()
    {
        using var folder = new TemporaryFolder();

        using var run = new MoodstreamProcess(folder.Path, "run", "--no-page", "--model-endpoint", "http://127.0.0.1:1");
        await run.ErrorWithAsync("The model does not answer");
        run.Interrupt();

        Assert.Equal(130, await run.ExitCodeAsync());
    }

    [Theory]
    [InlineData("--model-endpoint", "localhost:8500", "expected http://HOST:PORT or https://HOST:PORT, found 'localhost:8500'")]
    [InlineData("--model-endpoint", "http://localhost:8501/v1", "expected http://HOST:PORT or https://HOST:PORT")]
    [InlineData("--model-name", "bert", "--model-name: expected --model-endpoint beside it")]
    public async Task Run_BadOption_IsAUsageError(string option, string value, string expected)
    {
        using var folder = new TemporaryFolder();

        using var run = new MoodstreamProcess(folder.Path, "run", option, value);

        Assert.Equal(1, await run.ExitCodeAsync());
        Assert.Contains(expected, await run.ErrorsAsync(), StringComparison.Ordinal);
    }

    private static Task WritePostsAsync(string path) => File.WriteAllLinesAsync(
        path, Enumerable.Range(0, Rows).Select(i => $$"""{"id":"{{i}}","text":"Train {{i}} was late again, lovely."}"""));

    private static void CopyWithoutWeights(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Repository.Model).Where(f => !f.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }
    }

    private static List<ScoredPost> ReadScored(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize(l, ContractsJson.Wire.ScoredPost)!)]; // a test fails on null
}
