using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Moodstream.Contracts;

namespace Moodstream.Cli.Tests.Run;

/// <summary>`moodstream run` as a process, from the command line to the bytes that come out.</summary>
public sealed class RunTests
{
    private const int Rows = 300;

    [Fact]
    public async Task Run_FileWithoutPage_WritesEveryPostOnceAndEnds()
    {
        using var folder = new TemporaryFolder();
        await WritePostsAsync(folder["posts.jsonl"], Rows);

        using var run = new MoodstreamProcess(
            folder.Path, "run", "--source", "file:posts.jsonl", "--rate", "max", "--no-page");
        var scored = ReadScored(await run.RestAsync());

        Assert.Equal((0, ""), (await run.ExitCodeAsync(), await run.ErrorsAsync()));
        Assert.Equal(Ids(Rows), scored.Select(s => s.Post.Id).Order(StringComparer.Ordinal));
        Assert.All(scored, s => Assert.Equal(1, s.Sentiment.Negative + s.Sentiment.Neutral + s.Sentiment.Positive, 4));
    }

    [Fact]
    public async Task Run_StandardInput_WritesEveryPostAndEnds()
    {
        using var folder = new TemporaryFolder();

        using var run = new MoodstreamProcess(folder.Path, "run", "--source", "-", "--rate", "max", "--no-page");
        await run.Input.WriteAsync("{\"id\":\"1\",\"text\":\"I love this!\"}\n{\"id\":\"2\",\"text\":\"I HATE this.\"}\n");
        run.Input.Close();
        var scored = ReadScored(await run.RestAsync());

        Assert.Equal(0, await run.ExitCodeAsync());
        Assert.Equal(
            [("1", SentimentLabel.Positive), ("2", SentimentLabel.Negative)],
            scored.OrderBy(s => s.Post.Id, StringComparer.Ordinal).Select(s => (s.Post.Id, s.Sentiment.Label)));
    }

    [Fact]
    public async Task Run_KilledAndRestarted_SettlesEveryRow()
    {
        using var folder = new TemporaryFolder();
        await WritePostsAsync(folder["posts.jsonl"], Rows);
        string[] command = ["run", "--source", "file:posts.jsonl", "--rate", "200", "--no-page"];
        var seen = new HashSet<string>(StringComparer.Ordinal);

        for (var life = 0; life < 2; life++)
        {
            using var killed = new MoodstreamProcess(folder.Path, command);
            for (var i = 0; i < 60; i++)
            {
                seen.Add(ReadScored((await killed.Output.ReadLineAsync().DefaultTimeout())!).Single().Post.Id);
            }

            killed.Kill();
            foreach (var scored in ReadScored(WholeLines(await killed.RestAsync())))
            {
                seen.Add(scored.Post.Id);
            }
        }

        using var last = new MoodstreamProcess(folder.Path, command);
        seen.UnionWith(ReadScored(await last.RestAsync()).Select(s => s.Post.Id));

        Assert.Equal(0, await last.ExitCodeAsync());
        Assert.Equal(Ids(Rows), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_Interrupted_EndsWith130AndGoesOn()
    {
        using var folder = new TemporaryFolder();
        await WritePostsAsync(folder["posts.jsonl"], Rows);
        string[] command = ["run", "--source", "file:posts.jsonl", "--rate", "200", "--no-page"];

        using var first = new MoodstreamProcess(folder.Path, command);
        var line = (await first.Output.ReadLineAsync().DefaultTimeout())!;
        first.Interrupt();
        var scored = ReadScored(line + "\n" + await first.RestAsync());
        using var second = new MoodstreamProcess(folder.Path, command);
        scored.AddRange(ReadScored(await second.RestAsync()));

        Assert.Equal(130, await first.ExitCodeAsync());
        Assert.Equal(0, await second.ExitCodeAsync());
        Assert.Equal(Ids(Rows), scored.Select(s => s.Post.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Run_WithPage_PrintsTheAddressFirstAndServesScoredPosts()
    {
        using var folder = new TemporaryFolder();

        using var run = new MoodstreamProcess(folder.Path, "run", "--rate", "100", "--port", "0");
        var address = (await run.LineWithAsync("http://")).Split(' ').Single(w => w.StartsWith("http://", StringComparison.Ordinal));
        using var client = new HttpClient();
        var page = await client.GetStringAsync(address).DefaultTimeout();
        await using var events = await client.GetStreamAsync(new Uri(new Uri(address), "/events")).DefaultTimeout();
        using var reader = new StreamReader(events);
        var line = "";
        while (!line.Contains("\"id\":\"sample:", StringComparison.Ordinal))
        {
            line = (await reader.ReadLineAsync().DefaultTimeout())!; // the stream ends after the run is interrupted
        }

        run.Interrupt();

        Assert.Contains("<title>", page, StringComparison.Ordinal);
        Assert.Equal(130, await run.ExitCodeAsync());
    }

    [Fact]
    public async Task Run_PortTaken_SaysSoInOneLine()
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        using var run = new MoodstreamProcess(folder.Path, "run", "--port", $"{port}");

        Assert.Equal(2, await run.ExitCodeAsync());
        Assert.Equal($"moodstream: port {port} is taken; choose another with --port, or --no-page", (await run.ErrorsAsync()).TrimEnd());
    }

    [Theory]
    [InlineData("model", "nowhere: no such model folder")]
    [InlineData("source", "gone.jsonl")]
    public async Task Run_InputMissing_NamesItInOneLine(string what, string part)
    {
        using var folder = new TemporaryFolder();
        string[] command = what == "model"
            ? ["run", "--no-page", "--model", "nowhere"]
            : ["run", "--no-page", "--source", "file:gone.jsonl"];

        using var run = new MoodstreamProcess(folder.Path, command);

        Assert.Equal(2, await run.ExitCodeAsync());
        var error = Assert.Single((await run.ErrorsAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(part.Split(':')[0], error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DataFolderInUse_SaysSoInOneLine()
    {
        using var folder = new TemporaryFolder();
        using var first = new MoodstreamProcess(folder.Path, "run", "--no-page");
        await first.Output.ReadLineAsync().DefaultTimeout();

        using var second = new MoodstreamProcess(folder.Path, "run", "--no-page");

        Assert.Equal(2, await second.ExitCodeAsync());
        var error = Assert.Single((await second.ErrorsAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(".moodstream", error, StringComparison.Ordinal);
        Assert.Contains("in use", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_DataFolderOfANewerFormat_SaysSoInOneLine()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder[".moodstream"]);
        await File.WriteAllTextAsync(Path.Combine(folder[".moodstream"], "format"), "99\n");

        using var run = new MoodstreamProcess(folder.Path, "run", "--no-page");

        Assert.Equal(2, await run.ExitCodeAsync());
        var error = Assert.Single((await run.ErrorsAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("format 99", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--source", "ftp://x")]
    [InlineData("--rate", "0")]
    [InlineData("--rate", "fast")]
    [InlineData("--port", "70000")]
    [InlineData("--threads", "0")]
    [InlineData("--nonsense", "1")]
    public async Task Run_BadOption_IsAUsageError(string option, string value)
    {
        using var folder = new TemporaryFolder();

        using var run = new MoodstreamProcess(folder.Path, "run", option, value);

        Assert.Equal(1, await run.ExitCodeAsync());
        Assert.Contains(option, await run.ErrorsAsync(), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Ids(int rows) =>
        Enumerable.Range(0, rows).Select(i => $"{i:D4}");

    private static Task WritePostsAsync(string path, int rows) =>
        File.WriteAllLinesAsync(path, Ids(rows).Select(id => $$"""{"id":"{{id}}","text":"Train {{id}} was late again, lovely."}"""));

    private static string WholeLines(string text) => text[..(text.LastIndexOf('\n') + 1)];

    private static List<ScoredPost> ReadScored(string lines) =>
        [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize(l, ContractsJson.Wire.ScoredPost)!)]; // a test fails on null
}
