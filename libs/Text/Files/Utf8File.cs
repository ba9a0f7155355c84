using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Moodstream.Text.Files;

/// <summary>Reads a whole file that must be UTF-8 and not larger than its kind ever is.</summary>
internal static class Utf8File
{
    /// <exception cref="TextFormatException">The file is larger, or not UTF-8.</exception>
    public static byte[] Read(string path, int maxBytes)
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > maxBytes)
        {
            throw new TextFormatException(
                path, "its end", $"at most {maxBytes} bytes", stream.Length.ToString(CultureInfo.InvariantCulture));
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        if (!Utf8.IsValid(bytes))
        {
            var line = bytes.AsSpan(0, ValidLength(bytes)).Count((byte)'\n') + 1;
            throw new TextFormatException(path, $"line {line}", "UTF-8", "an invalid sequence of bytes");
        }

        return bytes;
    }

    private static int ValidLength(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        while (Rune.DecodeFromUtf8(bytes[length..], out _, out var sequence) == OperationStatus.Done)
        {
            length += sequence;
        }

        return length;
    }
}
