using System.Text;

namespace Moodstream.Text.Files;

/// <summary>The lines of a UTF-8 file, ended by LF or CR LF, counted for error messages.</summary>
internal sealed class TextLines
{
    private const int MaxShown = 60;

    private readonly string _file;
    private readonly string _text;
    private int _position;

    /// <exception cref="TextFormatException">The file is larger than allowed, or not UTF-8.</exception>
    public TextLines(string file, int maxBytes)
    {
        _file = file;
        _text = Encoding.UTF8.GetString(Utf8File.Read(file, maxBytes));
    }

    /// <summary>1-based number of the line read last.</summary>
    public int Line { get; private set; }

    public bool TryRead(out ReadOnlySpan<char> line)
    {
        line = default;
        if (_position == _text.Length)
        {
            return false;
        }

        line = _text.AsSpan(_position);
        var end = line.IndexOf('\n');
        line = end < 0 ? line : line[..end];
        _position += end < 0 ? line.Length : end + 1;
        line = end > 0 && line[^1] == '\r' ? line[..^1] : line;
        Line++;
        return true;
    }

    /// <summary>The error of the line read last.</summary>
    public TextFormatException Error(string expected, string found) =>
        new(_file, $"line {Line}", expected, $"'{(found.Length > MaxShown ? $"{found[..MaxShown]}…" : found)}'");
}
