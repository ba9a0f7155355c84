using Moodstream.Text.Unicode;

namespace Moodstream.Text;

/// <summary>
/// Text to token ids: the model's own normalisation (where its folder has one), then WordPiece. Immutable and safe for
/// concurrent use; takes linear time and, once warm, allocates nothing.
/// </summary>
public sealed class TextEncoder
{
    /// <summary>Most UTF-8 bytes of a text that are read; what lies behind is cut off before normalisation.</summary>
    public const int MaxTextBytes = 64 * 1024;

    private readonly WordPieceTokenizer _tokenizer;
    private readonly TweetNormaliser? _normaliser;

    private TextEncoder(WordPieceTokenizer tokenizer, TweetNormaliser? normaliser, int maxTokens)
    {
        _tokenizer = tokenizer;
        _normaliser = normaliser;
        MaxTokens = maxTokens;
    }

    /// <summary>Most ids a text becomes.</summary>
    public int MaxTokens { get; }

    /// <summary>One more than the largest id: a model needs at least so many embeddings.</summary>
    public int VocabularySize => _tokenizer.VocabularySize;

    /// <summary>Reads tokenizer.json or vocab.txt, and emoji.tsv where there is one, from a model folder.</summary>
    /// <param name="folder">Model folder.</param>
    /// <param name="maxTokens">Most ids a text becomes, [CLS] and [SEP] included; 2 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is less than 2.</exception>
    /// <exception cref="FileNotFoundException">The folder has neither tokenizer.json nor vocab.txt.</exception>
    /// <exception cref="TextFormatException">A file is not what it must be, or asks for another tokenizer.</exception>
    public static TextEncoder Load(string folder, int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 2);
        var emoji = Path.Combine(folder, TweetNormaliser.FileName);
        return new TextEncoder(
            WordPieceTokenizer.Load(folder), File.Exists(emoji) ? TweetNormaliser.Load(emoji) : null, maxTokens);
    }

    /// <summary>Encodes one text.</summary>
    /// <param name="text">
    /// Any UTF-16; a lone surrogate counts as U+FFFD. Only the first <see cref="MaxTextBytes"/> are read.
    /// </param>
    /// <param name="tokenIds">At least <see cref="MaxTokens"/> long; overwritten from the start.</param>
    /// <returns>How many ids were written, and whether text was left out.</returns>
    /// <exception cref="ArgumentException"><paramref name="tokenIds"/> is too short.</exception>
    public EncodedLength Encode(ReadOnlySpan<char> text, Span<int> tokenIds)
    {
        if (tokenIds.Length < MaxTokens)
        {
            throw new ArgumentException(
                $"expected room for {MaxTokens} ids, found {tokenIds.Length}", nameof(tokenIds));
        }

        var codePoints = new CodePointBuffer(Math.Min(text.Length, MaxTextBytes));
        var scratch = new CodePointBuffer(codePoints.Capacity);
        try
        {
            var whole = Utf16.Decode(text, MaxTextBytes, ref codePoints);
            _normaliser?.Normalise(ref codePoints, ref scratch);
            var encoded = _tokenizer.Encode(codePoints.Span, ref scratch, tokenIds[..MaxTokens]);
            return encoded with { Truncated = encoded.Truncated || !whole };
        }
        finally
        {
            codePoints.Dispose();
            scratch.Dispose();
        }
    }
}
