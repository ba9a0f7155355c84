using Moodstream.Cli.Score;

namespace Moodstream.Cli.Tests.Score;

public sealed class ScoreRefusalTests : IDisposable
{
    private readonly ScoreHarness _score = new();

    public void Dispose() => _score.Dispose();

    [Fact]
    public async Task RunAsync_OutputExists_IsLeftAlone()
    {
        var input = _score.Write("in.txt", "a\n");
        _score.Write("out.jsonl", "precious");

        var code = await _score.Run(_score.Options("out.jsonl", input));

        Assert.Equal((ExitCodes.Unreadable, "precious"), (code, _score.Read("out.jsonl")));
        Assert.Contains("out.jsonl exists; write over it with --force", _score.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ForcedOverAnOutput_ReplacesAllOfIt()
    {
        var input = _score.Write("in.txt", "a\n");
        _score.Write("out.jsonl", "old");
        _score.Write("out.jsonl.rejected.jsonl", "old");

        var code = await _score.Run(_score.Options("out.jsonl", input) with { Force = true });

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal(["in.txt", "out.jsonl"], _score.Files());
        Assert.StartsWith("{\"id\":", _score.Read("out.jsonl"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_RejectedFileOfAnotherRunExists_IsLeftAlone()
    {
        var input = _score.Write("in.txt", "a\n");
        _score.Write("out.jsonl.rejected.jsonl", "precious");

        Assert.Equal(ExitCodes.Unreadable, await _score.Run(_score.Options("out.jsonl", input)));
        Assert.Equal("precious", _score.Read("out.jsonl.rejected.jsonl"));
    }

    [Fact]
    public async Task RunAsync_OutputIsAnInput_IsRefused()
    {
        var input = _score.Write("in.csv", "id,text\n1,a\n");

        var code = await _score.Run(_score.Options("in.csv", input) with { Force = true });

        Assert.Equal((ExitCodes.Usage, "id,text\n1,a\n"), (code, _score.Read("in.csv")));
    }

    [Theory]
    [InlineData("missing/out.jsonl")]
    [InlineData("folder")]
    public async Task RunAsync_OutputCannotBeWritten_IsSaid(string output)
    {
        Directory.CreateDirectory(_score["folder"]);
        var input = _score.Write("in.txt", "a\n");

        var code = await _score.Run(_score.Options(output, input));

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.StartsWith($"moodstream: cannot write {_score[output]}: ", _score.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_OutputOfARunningRun_IsSaid()
    {
        var input = _score.Write("in.txt", "a\n");
        using var other = File.Open(_score["out.jsonl.partial"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var code = await _score.Run(_score.Options("out.jsonl", input) with { Force = true });

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Contains("out.jsonl.partial", _score.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no input; give a file, or - for standard input")]
    [InlineData("standard input (-) can be read only once", "-", "-")]
    public void Fault_OfInputs_IsSaid(string fault, params string[] inputs)
    {
        Assert.Equal(fault, new ScoreOptions { Inputs = inputs }.Fault);
    }

    [Fact]
    public void Fault_OfOptions_IsSaid()
    {
        var options = new ScoreOptions { Inputs = ["a.txt"], Output = "out.csv" };

        Assert.Null(options.Fault);
        Assert.StartsWith("--resume goes on", (options with { Resume = true, Force = true }).Fault);
        Assert.StartsWith("--resume needs -o", (options with { Resume = true, Output = null }).Fault);
        Assert.StartsWith("--resume needs files", (options with { Resume = true, Inputs = ["-"] }).Fault);
        Assert.StartsWith("--text-field and", (options with { IdField = "" }).Fault);
        Assert.Equal("out.parquet: expected an output that ends in .jsonl, .ndjson or .csv", (options with { Output = "out.parquet" }).Fault);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(1 << 20, true)]
    [InlineData(1, false)]
    [InlineData((1 << 20) + 1, false)]
    public void Fault_OfBatchTokens_HasBounds(int tokens, bool isFine)
    {
        Assert.Equal(isFine, new ScoreOptions { Inputs = ["a.txt"], BatchTokens = tokens }.Fault is null);
    }

    [Fact]
    public void BatchTokens_Default_IsAsDocumented()
    {
        Assert.Equal(8192, new ScoreOptions { Inputs = [] }.BatchTokens);
    }
}
