using Moodstream.Text.Files;

namespace Moodstream.Text.WordPiece;

/// <summary>Reads vocab.txt: a piece a line, its id the number of the line from 0 on.</summary>
internal static class VocabularyText
{
    public const string FileName = "vocab.txt";

    private const int MaxBytes = 16 << 20;

    /// <exception cref="TextFormatException">The file is no vocabulary.</exception>
    public static WordPieceVocabulary Load(string path) =>
        new(path, Pieces(new TextLines(path, MaxBytes)), added: []);

    private static IEnumerable<(string Piece, int Id)> Pieces(TextLines lines)
    {
        while (lines.TryRead(out var line))
        {
            yield return (line.ToString(), lines.Line - 1);
        }
    }
}
