using System.Globalization;
using System.Text;
using System.Text.Json;
using Moodstream.Cli.Eval;
using Moodstream.Cli.Tests.Score;

namespace Moodstream.Cli.Tests.Eval;

public sealed class EvalRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_Json_HasTheFiguresOfEveryPost()
    {
        var lines = new StringBuilder("label\tid\textra\ttext\n");
        for (var i = 0; i < 3000; i++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{i % 3}\t{i}\t\t\"post {i}\n");
        }

        var code = await Run(lines.ToString(), json: true);

        var figures = JsonDocument.Parse(_output.ToArray()).RootElement;
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal(
            ["accuracy", "macro_recall", "f1_pn", "macro_f1", "calibration_error", "confusion"],
            figures.EnumerateObject().Select(f => f.Name));
        var confusion = figures.GetProperty("confusion").EnumerateArray()
            .Select(r => r.EnumerateArray().Select(c => c.GetInt64()).ToArray()).ToArray();
        Assert.Equal([1000, 1000, 1000], confusion.Select(r => r.Sum()));
        Assert.Equal(
            (confusion[0][0] + confusion[1][1] + confusion[2][2]) / 3000.0, figures.GetProperty("accuracy").GetDouble(), 1e-12);
    }

    [Fact]
    public async Task RunAsync_Text_PrintsShares()
    {
        var code = await Run("text\tlabel\r\ngood\tnegative\r\n\r\ngood\tpositive\r\n", json: false);

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains("accuracy              50.00 %\n", Encoding.UTF8.GetString(_output.ToArray()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "line 1: expected a header row with the columns label and text, came nothing")]
    [InlineData("label\tbody\n", "line 1: expected the columns label and text, came label, body")]
    [InlineData("label\ttext\n", "expected labelled posts, came none")]
    [InlineData("label\ttext\n0\ta\n3\tb\n", "line 3: label: expected 0, 1, 2 or negative, neutral, positive, came '3'")]
    [InlineData("label\ttext\n0\n", "line 2: expected 2 fields, as the header row has, came 1")]
    public async Task RunAsync_UnfitFile_SaysWhatWasExpectedAndWhatCame(string content, string message)
    {
        var code = await Run(content, json: true);

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, _output.Length);
    }

    [Fact]
    public async Task RunAsync_NoFile_IsSaid()
    {
        var run = new EvalRun(_folder["none.tsv"], true, Terminal());

        var code = await run.RunAsync(() => throw new InvalidOperationException("loaded"), CancellationToken.None);

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.StartsWith($"moodstream: cannot read {_folder["none.tsv"]}: ", _error.ToString(), StringComparison.Ordinal);
    }

    private Terminal Terminal() => new(() => Stream.Null, () => _output, _error, null);

    private async Task<int> Run(string content, bool json)
    {
        await File.WriteAllTextAsync(_folder["in.tsv"], content);
        return await new EvalRun(_folder["in.tsv"], json, Terminal())
            .RunAsync(() => new FakeScorer(), CancellationToken.None).DefaultTimeout();
    }
}
