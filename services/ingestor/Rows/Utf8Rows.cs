using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Moodstream.Ingestor.Rows;

/// <summary>Makes the bytes of a row well-formed UTF-8.</summary>
internal static class Utf8Rows
{
    /// <summary>Replaces each ill-formed sequence (its maximal subpart, Unicode 3.9) by U+FFFD.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="replaced">How many sequences were replaced.</param>
    /// <returns>The same memory when there were none.</returns>
    public static ReadOnlyMemory<byte> Sanitise(ReadOnlyMemory<byte> bytes, out int replaced)
    {
        replaced = 0;
        if (Utf8.IsValid(bytes.Span))
        {
            return bytes;
        }

        var output = new ArrayBufferWriter<byte>(bytes.Length + 16);
        for (var rest = bytes.Span; !rest.IsEmpty;)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var consumed);
            if (status != OperationStatus.Done)
            {
                rune = Rune.ReplacementChar;
                replaced++;
            }

            output.Advance(rune.EncodeToUtf8(output.GetSpan(4)));
            rest = rest[consumed..];
        }

        return output.WrittenMemory;
    }
}
