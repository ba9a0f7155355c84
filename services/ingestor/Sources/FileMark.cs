using System.Globalization;
using System.Security.Cryptography;

namespace Moodstream.Ingestor.Sources;

/// <summary>What tells a file from another of the same name: how long it was at least, and how it begins.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Hash">Lower-case hexadecimal SHA-256 of its first bytes, at most <see cref="HashedBytes"/>.</param>
internal sealed record FileMark(long Length, string Hash)
{
    private const int HashedBytes = 4096;

    /// <summary>The mark of a file as it is now.</summary>
    public static FileMark Of(Stream file) => new(file.Length, HashStart(file, file.Length));

    /// <summary>Why a file is not the one that a mark was made of, or has not only grown; null when it is.</summary>
    public static string? Compare(string mark, Stream file)
    {
        var parts = mark.Split(':');
        if (parts is not [var lengthText, var hash]
            || !long.TryParse(lengthText, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            return "the saved mark is not one of a file";
        }

        return file.Length < length
            ? string.Create(CultureInfo.InvariantCulture, $"the file has {file.Length} bytes, it had {length}")
            : HashStart(file, length) != hash ? "the file begins with other bytes than before" : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Length}:{Hash}");

    private static string HashStart(Stream file, long length)
    {
        var start = new byte[(int)Math.Min(length, HashedBytes)];
        file.Position = 0;
        file.ReadExactly(start);
        return Convert.ToHexStringLower(SHA256.HashData(start));
    }
}
