using System.Text;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Reports;

/// <summary>A results file in Markdown, shown on the console as it grows.</summary>
internal sealed class Report(TextWriter console)
{
    private readonly StringBuilder _text = new();

    /// <summary>Whether a figure fell below its floor.</summary>
    public bool HasMissedFloor { get; private set; }

    /// <summary>A paragraph or a heading, with an empty line behind it.</summary>
    public void Paragraph(string text)
    {
        _text.Append(text).Append("\n\n");
        console.Write(text + "\n\n");
    }

    /// <summary>Text as it is.</summary>
    public void Preformatted(string text) => Paragraph($"```text\n{text.TrimEnd()}\n```");

    /// <summary>A table; every row has as many cells as the head.</summary>
    public void Table(IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] lines = [head, .. rows];
        var widths = head.Select((_, column) => lines.Max(l => l[column].Length)).ToArray();
        var table = new StringBuilder();
        for (var i = 0; i < lines.Length; i++)
        {
            var cells = lines[i].Select((cell, column) => cell.PadRight(widths[column]));
            table.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
            if (i == 0)
            {
                table.Append('|').AppendJoin('|', widths.Select(w => new string('-', w + 2))).Append("|\n");
            }
        }

        Paragraph(table.ToString().TrimEnd('\n'));
    }

    /// <summary>A floor and whether it was reached; remembered for <see cref="HasMissedFloor"/>.</summary>
    public string[] Floor(string floor, bool? met)
    {
        HasMissedFloor |= met == false;
        return [met is null ? "—" : floor, met switch { true => "met", false => "MISSED", null => "—" }];
    }

    /// <summary>Writes the file.</summary>
    public void Save(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, _text.ToString().TrimEnd('\n') + "\n");
        console.Write($"written to {path}\n");
    }

    /// <summary>A table of pairs: medians of both sides' posts a second, and the ratio with its spread.</summary>
    public void Ratios(
        string what, string subject, string baseline, IEnumerable<(string Name, PairResult Result)> rows) =>
        Table(
            [what, subject, baseline, "ratio", "quartiles", "min–max", "floor", ""],
            rows.Select(r => (IReadOnlyList<string>)
            [
                r.Name,
                $"{r.Result.SubjectRate.Median:F1}",
                $"{r.Result.BaselineRate.Median:F1}",
                $"{r.Result.Ratio.Median:F2}x",
                $"{r.Result.Ratio.LowerQuartile:F2}–{r.Result.Ratio.UpperQuartile:F2}",
                $"{r.Result.Ratio.Least:F2}–{r.Result.Ratio.Most:F2}",
                .. Floor($"{r.Result.Pair.Floor:F2}x", r.Result.Met),
            ]));
}
