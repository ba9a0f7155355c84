using System.Runtime.CompilerServices;
using System.Text;
using Moodstream.Ingestor.Rows;

namespace Moodstream.Cli.Eval;

/// <summary>
/// A file of labelled posts: tab-separated under a header row with the columns <c>label</c> and <c>text</c>, others are
/// passed over. Nothing is quoted. A figure over a part of a file misleads, so a row that does not fit ends the reading.
/// </summary>
internal static class LabelledFile
{
    /// <summary>The words for the labels, in the order of their numbers.</summary>
    public static readonly string[] Labels = ["negative", "neutral", "positive"];

    private const int MaxRowBytes = 1 << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="stream">The file; stays open.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="CommandException">A row does not fit.</exception>
    public static async IAsyncEnumerable<LabelledPost> ReadAsync(
        string name, Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var rows = new RowSplitter(new RowBuffer(stream), new LineScanner(), MaxRowBytes, line: 1);
        var header = await rows.ReadAsync(cancellationToken) is { } first
            ? Fields(name, first)
            : throw Unfit(name, 1, "expected a header row with the columns label and text, came nothing");
        header[0] = header[0].TrimStart('\uFEFF');
        var label = Column("label");
        var text = Column("text");
        while (await rows.ReadAsync(cancellationToken) is { } row)
        {
            if (row.Bytes.IsEmpty && row.Fault is null)
            {
                continue;
            }

            var fields = Fields(name, row);
            if (fields.Length != header.Length)
            {
                throw Unfit(name, row.Line, $"expected {header.Length} fields, as the header row has, came {fields.Length}");
            }

            yield return new LabelledPost(ParseLabel(name, row.Line, fields[label]), fields[text]);
        }

        int Column(string wanted) => Array.IndexOf(header, wanted) is >= 0 and var i
            ? i
            : throw Unfit(name, 1, $"expected the columns label and text, came {string.Join(", ", header.Take(20))}");
    }

    private static string[] Fields(string name, RawRow row) => row.Fault is null
        ? Encoding.UTF8.GetString(row.Bytes.Span).Split('\t')
        : throw Unfit(name, row.Line, row.Fault);

    private static int ParseLabel(string name, long line, string label) =>
        label is ['0' or '1' or '2'] ? label[0] - '0'
        : Array.IndexOf(Labels, label) is >= 0 and var i ? i
        : throw Unfit(name, line, $"label: expected 0, 1, 2 or negative, neutral, positive, came '{label[..Math.Min(label.Length, 40)]}'");

    private static CommandException Unfit(string name, long line, string reason) =>
        new(ExitCodes.Unreadable, $"{name}, line {line}: {reason}");
}
