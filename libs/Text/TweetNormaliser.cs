using Moodstream.Text.Tweets;
using Moodstream.Text.Unicode;

namespace Moodstream.Text;

/// <summary>
/// What the model's training texts went through: character references decoded, NFKC, links and mentions made one,
/// emoji spelt out, white space collapsed. Immutable and safe for concurrent use; takes linear time.
/// </summary>
/// <remarks>Equal to training/normalise.py, version 1, on every input.</remarks>
public sealed class TweetNormaliser
{
    /// <summary>The file of a model folder that asks for this normalisation.</summary>
    public const string FileName = "emoji.tsv";

    private readonly EmojiNames _emoji;

    private TweetNormaliser(EmojiNames emoji) => _emoji = emoji;

    /// <summary>Reads emoji.tsv.</summary>
    /// <param name="path">Rows of code points in hexadecimal, a tab, and the name that replaces them.</param>
    /// <exception cref="TextFormatException">A row is not of that form.</exception>
    public static TweetNormaliser Load(string path) => new(EmojiTable.Load(path));

    /// <summary>Normalises a text.</summary>
    /// <param name="text">Any UTF-16 of any length; a lone surrogate counts as U+FFFD.</param>
    /// <returns>The normalised text, perhaps empty.</returns>
    public string Normalise(string text)
    {
        var codePoints = new CodePointBuffer(text.Length);
        var scratch = new CodePointBuffer(text.Length);
        try
        {
            Utf16.Decode(text, long.MaxValue, ref codePoints);
            Normalise(ref codePoints, ref scratch);
            return Utf16.Encode(codePoints.Span);
        }
        finally
        {
            codePoints.Dispose();
            scratch.Dispose();
        }
    }

    /// <summary>Steps 1 to 6 of normalise.py, in place.</summary>
    internal void Normalise(ref CodePointBuffer text, ref CodePointBuffer scratch)
    {
        CharacterReferences.Decode(ref text);
        Nfkc.Normalise(ref text, ref scratch);
        Links.Replace(ref text);
        Mentions.Replace(ref text, ref scratch);
        _emoji.Replace(ref text, ref scratch);
        WhiteSpace.Collapse(ref text);
    }
}
