using System.Text.Json;

namespace Moodstream.Ingestor.Rows;

/// <summary>
/// Tells the format of an input from its name and its first bytes, and needs no more of them than it must: a live
/// input is read while it is written.
/// </summary>
internal sealed class FormatDetector(PostReaderOptions options)
{
    /// <summary>Bytes after which the head has to do.</summary>
    public const int MaxHeadBytes = 64 << 10;

    private readonly string _extension = Extension(options.Name);

    /// <summary>Judges the head of an input.</summary>
    /// <param name="head">Its first bytes, behind a byte order mark.</param>
    /// <param name="isAll">Whether no more will come.</param>
    /// <returns>The layout; null when more bytes are needed.</returns>
    public RowLayout? Detect(ReadOnlySpan<byte> head, bool isAll)
    {
        var format = options.Format == RowFormat.Auto ? FromName() : options.Format;
        if (format == RowFormat.Jsonl && options.Format == RowFormat.Auto)
        {
            return IsResponse(head, isAll) switch
            {
                null => null,
                true => new RowLayout(RowFormat.X),
                false => new RowLayout(RowFormat.Jsonl),
            };
        }

        if (format is RowFormat.Jsonl or RowFormat.Csv or RowFormat.Tsv or RowFormat.Text)
        {
            return new RowLayout(format);
        }

        isAll |= head.Length >= MaxHeadBytes;
        var first = head.IndexOfAnyExcept(" \t\r\n"u8);
        return first switch
        {
            < 0 when isAll => new RowLayout(format == RowFormat.Auto ? RowFormat.Text : format),
            < 0 => null,
            _ when head[first] == (byte)'{' => DetectObject(head[first..], isAll, format),
            _ when head[first] == (byte)'[' => DetectArray(head[first..], isAll, format),
            _ when format != RowFormat.Auto => new RowLayout(format),
            _ => DetectHeader(head, isAll),
        };
    }

    private static string Extension(string name)
    {
        name = name.ToLowerInvariant();
        return Path.GetExtension(name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name);
    }

    private RowFormat FromName() => _extension switch
    {
        ".jsonl" or ".ndjson" => RowFormat.Jsonl,
        ".json" => RowFormat.Json,
        ".csv" => RowFormat.Csv,
        ".tsv" or ".tab" => RowFormat.Tsv,
        ".txt" => RowFormat.Text,
        _ => RowFormat.Auto,
    };

    private RowLayout? DetectObject(ReadOnlySpan<byte> json, bool isAll, RowFormat format)
    {
        var second = json[1..].IndexOfAnyExcept(" \t\r\n"u8);
        if (second < 0 && !isAll)
        {
            return null;
        }

        if (format == RowFormat.Auto && (second < 0 || json[1 + second] is not ((byte)'"' or (byte)'}')))
        {
            return new RowLayout(RowFormat.Text);
        }

        var isX = format == RowFormat.X ? true : options.Format == RowFormat.Auto ? IsResponse(json, isAll) : false;
        var end = json.IndexOf((byte)'\n');
        if (isX is null || (end < 0 && !isAll))
        {
            return null;
        }

        // Printed over several lines, a line ends behind an opening bracket or a comma; cut off, it ends anywhere.
        var line = (end < 0 ? json : json[..end]).TrimEnd("\r \t"u8);
        var isLines = end < 0 || IsWhole(line) || line[^1] is not ((byte)'{' or (byte)'[' or (byte)',');
        return new RowLayout(isX.Value ? RowFormat.X : isLines ? RowFormat.Jsonl : RowFormat.Json, isLines);
    }

    private static bool IsWhole(ReadOnlySpan<byte> line)
    {
        var scanner = new JsonValueScanner(inArray: false);
        scanner.Start();
        return scanner.Scan(line) >= 0;
    }

    private static RowLayout? DetectArray(ReadOnlySpan<byte> json, bool isAll, RowFormat format)
    {
        var second = json[1..].IndexOfAnyExcept(" \t\r\n"u8);
        if (second < 0 && !isAll)
        {
            return null;
        }

        var isJson = format != RowFormat.Auto || (second >= 0 && json[1 + second] is (byte)'{' or (byte)']');
        return !isJson ? new RowLayout(RowFormat.Text)
            : new RowLayout(format == RowFormat.X ? RowFormat.X : RowFormat.Json, IsLines: false, IsArray: true);
    }

    // Without a name that tells, a header row is one that has the column the text is in, and another.
    private RowLayout? DetectHeader(ReadOnlySpan<byte> head, bool isAll)
    {
        var end = head.IndexOf((byte)'\n');
        if (end < 0 && !isAll)
        {
            return null;
        }

        var line = (end < 0 ? head : head[..end]).TrimEnd((byte)'\r');
        return new RowLayout(
            IsHeader(line, (byte)'\t') ? RowFormat.Tsv : IsHeader(line, (byte)',') ? RowFormat.Csv : RowFormat.Text);
    }

    private bool IsHeader(ReadOnlySpan<byte> line, byte delimiter) =>
        new DelimitedFields(delimiter, quotesMayBeText: false).Split(line, out _) is { Count: > 1 } columns
        && columns.Contains(options.TextField ?? "text");

    /// <summary>Whether a first member says that objects are the X API's; null when more bytes are needed.</summary>
    private bool? IsResponse(ReadOnlySpan<byte> json, bool isAll)
    {
        if (options.TextField is not null)
        {
            return false;
        }

        isAll |= json.Length >= MaxHeadBytes;
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        try
        {
            if (!reader.Read())
            {
                return isAll ? false : null;
            }

            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            if (!reader.Read())
            {
                return isAll ? false : null;
            }

            if (reader.TokenType != JsonTokenType.PropertyName
                || !(reader.ValueSpan.SequenceEqual("data"u8) || reader.ValueSpan.SequenceEqual("includes"u8)
                    || reader.ValueSpan.SequenceEqual("matching_rules"u8)))
            {
                return false;
            }

            return reader.Read() ? reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
                : isAll ? false : null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
