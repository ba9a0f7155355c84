using Moodstream.Bench.Reports;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Tests;

public sealed class ReportTests
{
    private static readonly Contender Nobody = new("", (_, _) => Task.FromResult(new Measurement(1, 1)));

    [Theory]
    [InlineData(1.9, "met", false)]
    [InlineData(2.1, "MISSED", true)]
    public void Ratios_Floor_SaysWhetherItIsMet(double floor, string verdict, bool missed)
    {
        var console = new StringWriter();
        var report = new Report(console);
        var result = new PairResult(
            new Pair("p", Nobody, Nobody, floor), [new Measurement(200, 1)], [new Measurement(100, 1)]);

        report.Ratios("what", "ours", "theirs", [("speed", result)]);

        Assert.Equal(missed, report.HasMissedFloor);
        Assert.Contains(
            $"| speed | 200.0 | 100.0  | 2.00x | 2.00–2.00 | 2.00–2.00 | {floor:F2}x | {verdict} |",
            console.ToString());
    }

    [Fact]
    public void Save_FolderMissing_WritesWhatTheConsoleGot()
    {
        using var folder = new TemporaryFolder();
        var report = new Report(TextWriter.Null);
        report.Paragraph("# Title");
        report.Table(["a", "b"], [["1", "22"]]);
        var path = Path.Combine(folder.Path, "results", "x.md");

        report.Save(path);

        Assert.Equal("# Title\n\n| a | b  |\n|---|----|\n| 1 | 22 |\n", File.ReadAllText(path));
    }
}
