using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Moodstream.Text;

/// <summary>Makes UTF-8 of bytes that claim to be: each maximal invalid sequence becomes U+FFFD, NULs stay.</summary>
/// <remarks>"Maximal" as in Unicode 14.0, section 3.9 (and WHATWG): a cut-off sequence is one replacement.</remarks>
public static class Utf8Text
{
    /// <summary>The text of bytes.</summary>
    /// <param name="utf8">Any bytes.</param>
    /// <param name="replaced">How many invalid sequences became U+FFFD.</param>
    public static string Decode(ReadOnlySpan<byte> utf8, out int replaced)
    {
        replaced = Utf8.IsValid(utf8) ? 0 : CountInvalid(utf8);
        return Encoding.UTF8.GetString(utf8);
    }

    /// <summary>The bytes with each invalid sequence replaced, for a parser that takes valid UTF-8 only.</summary>
    /// <param name="utf8">Any bytes.</param>
    /// <param name="replaced">How many invalid sequences became EF BF BD.</param>
    /// <returns>The same memory where nothing was invalid; else a copy, at most three times as long.</returns>
    public static ReadOnlyMemory<byte> Sanitise(ReadOnlyMemory<byte> utf8, out int replaced)
    {
        replaced = 0;
        if (Utf8.IsValid(utf8.Span))
        {
            return utf8;
        }

        var valid = new ArrayBufferWriter<byte>(utf8.Length + 16);
        for (var rest = utf8.Span; !rest.IsEmpty;)
        {
            replaced += NextIsInvalid(rest, out var rune, out var length) ? 1 : 0;
            valid.Advance(rune.EncodeToUtf8(valid.GetSpan(4)));
            rest = rest[length..];
        }

        return valid.WrittenMemory;
    }

    private static int CountInvalid(ReadOnlySpan<byte> utf8)
    {
        var invalid = 0;
        while (!utf8.IsEmpty)
        {
            invalid += NextIsInvalid(utf8, out _, out var length) ? 1 : 0;
            utf8 = utf8[length..];
        }

        return invalid;
    }

    private static bool NextIsInvalid(ReadOnlySpan<byte> utf8, out Rune rune, out int length) =>
        Rune.DecodeFromUtf8(utf8, out rune, out length) != OperationStatus.Done;
}
