using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Moodstream.Cli.Score;

/// <summary>Comma-separated values under a header row, lines ended by a line feed.</summary>
internal sealed class CsvScoreWriter : ScoreWriter
{
    private static readonly SearchValues<char> Quotable = SearchValues.Create(",\"\r\n");

    public override ReadOnlySpan<byte> Header => "id,label,negative,neutral,positive,score,tokens,truncated\n"u8;

    public override void Write(in ScoreRow row, IBufferWriter<byte> output)
    {
        const int MaxNumbersBytes = 128;
        var (id, mood, tokens, truncated) = row;
        if (id.AsSpan().IndexOfAny(Quotable) >= 0)
        {
            id = $"\"{id.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        }

        Encoding.UTF8.GetBytes(id, output);
        output.Write(","u8);
        output.Write(JsonlScoreWriter.LabelName(mood.Label));

        // Formats floats in the fewest digits that read back as the same number, and no culture's way.
        Utf8.TryWrite(
            output.GetSpan(MaxNumbersBytes),
            CultureInfo.InvariantCulture,
            $",{mood.Negative},{mood.Neutral},{mood.Positive},{mood.Score},{tokens},{(truncated ? "true" : "false")}\n",
            out var written);
        output.Advance(written);
    }
}
