using System.Globalization;
using System.Text.Json;

namespace Moodstream.Ingestor.Rows;

/// <summary>Parses the JSON of a row.</summary>
internal static class JsonDocuments
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <summary>Parses one value.</summary>
    /// <param name="text">Well-formed UTF-8.</param>
    /// <param name="error">What is wrong with it.</param>
    /// <returns>The value; null when there is an <paramref name="error"/>.</returns>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> text, out string? error)
    {
        try
        {
            error = null;
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException e)
        {
            // The message ends in a position of its own, which is said in bytes of the row here.
            var reason = e.Message;
            var position = reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
            error = string.Create(
                CultureInfo.InvariantCulture,
                $"not JSON: {(position < 0 ? reason : reason[..position])} (line {e.LineNumber + 1}, byte {e.BytePositionInLine} of the row)");
            return null;
        }
    }
}
