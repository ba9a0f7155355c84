using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Moodstream.Cli.Score;

namespace Moodstream.Cli.Tests.Score;

public sealed class ScoreRunTests : IDisposable
{
    private readonly ScoreHarness _score = new();

    public void Dispose() => _score.Dispose();

    [Fact]
    public async Task RunAsync_Jsonl_WritesOneLineAPost()
    {
        var input = _score.Write("in.jsonl", "{\"id\":\"é1\",\"text\":\"good\"}\n{\"text\":\"a text of many characters\",\"id\":2}\n");

        var code = await _score.Run(_score.Options("out.jsonl", input));

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal(
            """
            {"id":"é1","label":"negative","negative":0.4915,"neutral":0.12039998,"positive":0.3881,"score":-0.10339999,"tokens":6,"truncated":false}
            {"id":"2","label":"positive","negative":0.29999998,"neutral":0.23140007,"positive":0.46859998,"score":0.1686,"tokens":16,"truncated":true}

            """,
            _score.Read("out.jsonl"));
        Assert.Equal(["in.jsonl", "out.jsonl"], _score.Files());
    }

    [Fact]
    public async Task RunAsync_CsvByExtension_WritesAHeaderAndQuotesIds()
    {
        var input = _score.Write("in.csv", "id,text\n\"a,\"\"b\"\"\",good\n");

        var code = await _score.Run(_score.Options("out.csv", input));

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal(
            "id,label,negative,neutral,positive,score,tokens,truncated\n\"a,\"\"b\"\"\",negative,0.4915,0.12039998,0.3881,-0.10339999,6,false\n",
            _score.Read("out.csv"));
    }

    [Fact]
    public async Task RunAsync_ManyPosts_KeepsTheirOrderAndTheBatchLimit()
    {
        var input = _score.Write("in.txt", string.Concat(Enumerable.Range(0, 2000).Select(i => $"post {i}\n")));

        await _score.Run(_score.Options("out.jsonl", input));

        var ids = File.ReadLines(_score["out.jsonl"]).Select(Id).ToList();
        Assert.Equal(2000, ids.Count);
        Assert.Equal(ids.Order(Comparer<string>.Create((a, b) => Offset(a).CompareTo(Offset(b)))), ids);
        Assert.InRange(_score.Scorer.LargestBatchTokens, 40, 64);
    }

    [Fact]
    public async Task RunAsync_BadRows_ArePutAsideWithLineAndReason()
    {
        var input = _score.Write("in.jsonl", "{\"text\":\"a\"}\n{\"body\":\"b\"}\n{\"text\":\"c\"}\n{\n");

        var code = await _score.Run(_score.Options("out.jsonl", input));

        Assert.Equal(ExitCodes.SomeRejected, code);
        Assert.Equal(2, File.ReadLines(_score["out.jsonl"]).Count());
        var rejected = File.ReadLines(_score["out.jsonl.rejected.jsonl"]).ToList();
        Assert.Equal(
            "{\"line\":2,\"offset\":13,\"reason\":\"field 'text': expected a string, came nothing; the row has body\"}", rejected[0]);
        Assert.StartsWith("{\"line\":4,\"offset\":39,\"reason\":\"not JSON: ", rejected[1], StringComparison.Ordinal);
        Assert.Contains("rejected 2", _score.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_SeveralInputs_RejectedRowsNameTheirFile()
    {
        var first = _score.Write("a.jsonl", "{\"text\":\"a\"}\n{}\n");
        var second = _score.Write("b.csv", "id,text\n1,b\n2\n");

        await _score.Run(_score.Options("out.jsonl", first, second));

        var files = File.ReadLines(_score["out.jsonl.rejected.jsonl"])
            .Select(l => JsonDocument.Parse(l).RootElement.GetProperty("file").GetString());
        Assert.Equal([first, second], files);
    }

    [Fact]
    public async Task RunAsync_EveryRowBad_EndsAndSaysSo()
    {
        var input = _score.Write("in.jsonl", string.Concat(Enumerable.Repeat("{}\n", ScoreBatch.MaxRows * 3)));

        var code = await _score.Run(_score.Options("out.jsonl", input));

        Assert.Equal(ExitCodes.SomeRejected, code);
        Assert.Equal(0, _score.Scorer.Calls);
        Assert.Equal("", _score.Read("out.jsonl"));
        Assert.Equal(ScoreBatch.MaxRows * 3, File.ReadLines(_score["out.jsonl.rejected.jsonl"]).Count());
    }

    [Fact]
    public async Task RunAsync_StandardInputAndOutput_AreUsed()
    {
        _score.Input = new MemoryStream(Encoding.UTF8.GetBytes("{\"text\":\"good\"}\n{}\n"));

        var code = await _score.Run(_score.Options(null, "-"));

        Assert.Equal(ExitCodes.SomeRejected, code);
        Assert.StartsWith("{\"id\":\"stdin:1:1\",\"label\":\"negative\"", _score.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("rejected: input, line 2: field 'text'", _score.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_LiveInput_IsScoredWithoutWaitingForItsEnd()
    {
        var input = new Pipe();
        var output = new Pipe();
        _score.Input = input.Reader.AsStream();
        _score.OutputInstead = output.Writer.AsStream();
        await input.Writer.WriteAsync("good\nbad\n"u8.ToArray());

        var running = _score.Run(_score.Options(null, "-") with { Format = Ingestor.Rows.RowFormat.Text });
        using var lines = new StreamReader(output.Reader.AsStream());
        var line = await lines.ReadLineAsync().DefaultTimeout();
        await input.Writer.CompleteAsync();
        var code = await running;

        Assert.Equal("stdin:1:1", Id(line!));
        Assert.Equal(ExitCodes.Ok, code);
    }

    [Fact]
    public async Task RunAsync_CancelledWhileInputIsSilent_EndsAsInterrupted()
    {
        _score.Input = new Pipe().Reader.AsStream();
        using var source = new CancellationTokenSource();

        var running = _score.Run(_score.Options(null, "-"), source.Token);
        await source.CancelAsync();

        Assert.Equal(ExitCodes.Interrupted, await running);
        Assert.Equal("moodstream: interrupted\n", _score.Error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task RunAsync_OutputClosed_SaysSo()
    {
        _score.OutputInstead = new LimitedStream(new MemoryStream(), 10);
        var input = _score.Write("in.txt", "a\nb\n");

        var code = await _score.Run(_score.Options(null, input));

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Equal("moodstream: cannot write to standard output: No space left on device\n", _score.Error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task RunAsync_Json_PrintsTheSummaryAsOneObject()
    {
        byte[] text = [.. "good"u8, 0xFF, .. "\nbad\nthis text is rather too long\n"u8];
        File.WriteAllBytes(_score["in.txt"], text);

        await _score.Run(_score.Options("out.jsonl", _score["in.txt"]) with { Json = true });

        var summary = JsonDocument.Parse(_score.StandardOutput).RootElement;
        Assert.Equal(3, summary.GetProperty("posts").GetInt64());
        Assert.Equal(0, summary.GetProperty("rejected").GetInt64());
        Assert.Equal(1, summary.GetProperty("truncated").GetInt64());
        Assert.Equal(1, summary.GetProperty("invalidUtf8Replaced").GetInt64());
        Assert.Equal(7 + 5 + 16, summary.GetProperty("tokens").GetInt64());
        Assert.Equal(3, summary.GetProperty("labels").EnumerateObject().Sum(l => l.Value.GetInt64()));
        Assert.Equal(_score["out.jsonl"], summary.GetProperty("output").GetString());
        Assert.Equal(0, summary.GetProperty("postsPerSecond").GetDouble());
    }

    [Fact]
    public async Task RunAsync_UnreadableInput_FailsBeforeTheModelIsLoaded()
    {
        _score.Scorer = null!; // never asked for

        var code = await _score.Run(_score.Options("out.jsonl", _score["none.txt"]));

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.StartsWith($"moodstream: cannot read {_score["none.txt"]}: ", _score.Error, StringComparison.Ordinal);
        Assert.Empty(_score.Files());
    }

    [Fact]
    public async Task RunAsync_NoSuchColumn_SaysWhichThereAre()
    {
        var input = _score.Write("in.csv", "id,body\n1,a\n");

        var code = await _score.Run(_score.Options("out.jsonl", input));

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Contains("no column 'text'; the header row has 'id', 'body'", _score.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_score["out.jsonl"]));
    }

    private static string Id(string line) => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!;

    private static int Offset(string id) => int.Parse(id[(id.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
}
