using System.Globalization;
using System.Text;

namespace Moodstream.Ingestor.Rows;

/// <summary>Splits a row into fields (RFC 4180).</summary>
/// <param name="delimiter">Comma or tab.</param>
/// <param name="quotesMayBeText">
/// Whether a row whose quotes do not pair up is taken as it stands. So it is with tabs: most such files know no quoting
/// and may have a field that begins with a quote, where a comma would have needed it.
/// </param>
internal sealed class DelimitedFields(byte delimiter, bool quotesMayBeText)
{
    /// <summary>Finds the rows these are the fields of.</summary>
    public DelimitedScanner Scanner() => new(delimiter, quotesMayBeText);

    /// <summary>Splits a row.</summary>
    /// <param name="row">Well-formed UTF-8 without its line end.</param>
    /// <param name="error">What is wrong with it.</param>
    /// <returns>The fields; null when there is an <paramref name="error"/>.</returns>
    public List<string>? Split(ReadOnlySpan<byte> row, out string? error)
    {
        List<string> fields = [];
        var rest = row;
        while (true)
        {
            if (!TryTakeField(ref rest, out var field, out var fault))
            {
                error = quotesMayBeText ? null : string.Create(
                    CultureInfo.InvariantCulture, $"field {fields.Count + 1}: {fault}");
                return quotesMayBeText ? SplitPlain(row) : null;
            }

            fields.Add(field);
            if (rest.IsEmpty)
            {
                error = null;
                return fields;
            }

            rest = rest[1..];
        }
    }

    private List<string> SplitPlain(ReadOnlySpan<byte> row)
    {
        List<string> fields = [];
        foreach (var range in row.Split(delimiter))
        {
            fields.Add(Encoding.UTF8.GetString(row[range]));
        }

        return fields;
    }

    // Leaves rest at the delimiter behind the field, or empty.
    private bool TryTakeField(ref ReadOnlySpan<byte> rest, out string field, out string? fault)
    {
        fault = null;
        if (rest.IsEmpty || rest[0] != (byte)'"')
        {
            var end = rest.IndexOf(delimiter);
            end = end < 0 ? rest.Length : end;
            field = Encoding.UTF8.GetString(rest[..end]);
            rest = rest[end..];
            return true;
        }

        var close = ClosingQuote(rest);
        if (close < 0)
        {
            field = string.Empty;
            fault = "expected a closing quote, came the end of the row";
            return false;
        }

        field = Encoding.UTF8.GetString(rest[1..close]).Replace("\"\"", "\"", StringComparison.Ordinal);
        rest = rest[(close + 1)..];
        if (!rest.IsEmpty && rest[0] != delimiter)
        {
            fault = "expected the end of the field behind its closing quote, came more text";
            return false;
        }

        return true;
    }

    private static int ClosingQuote(ReadOnlySpan<byte> quoted)
    {
        for (var i = 1; i < quoted.Length; i++)
        {
            var quote = quoted[i..].IndexOf((byte)'"');
            if (quote < 0)
            {
                return -1;
            }

            i += quote;
            if (i + 1 == quoted.Length || quoted[i + 1] != (byte)'"')
            {
                return i;
            }

            i++;
        }

        return -1;
    }
}
