using Moodstream.Text.Unicode;
using Moodstream.Text.WordPiece;

namespace Moodstream.Text;

/// <summary>
/// The uncased BERT tokenizer, with the ids of Hugging Face's <c>BertTokenizerFast</c> on every input. Immutable and
/// safe for concurrent use; takes linear time.
/// </summary>
public sealed class WordPieceTokenizer
{
    /// <summary>Ids that every text has: [CLS] and [SEP].</summary>
    private const int FrameIds = 2;

    private readonly WordPieceVocabulary _vocabulary;

    private WordPieceTokenizer(WordPieceVocabulary vocabulary) => _vocabulary = vocabulary;

    /// <summary>One more than the largest id.</summary>
    public int VocabularySize => _vocabulary.Size;

    /// <summary>Reads tokenizer.json or else vocab.txt, and heeds tokenizer_config.json, from a model folder.</summary>
    /// <param name="folder">Model folder.</param>
    /// <exception cref="FileNotFoundException">The folder has neither.</exception>
    /// <exception cref="TextFormatException">A file is not what it must be, or asks for another tokenizer.</exception>
    public static WordPieceTokenizer Load(string folder)
    {
        var json = Path.Combine(folder, TokenizerJson.FileName);
        var hasJson = File.Exists(json);
        TokenizerConfig.Check(folder, ownTokens: hasJson);
        return new WordPieceTokenizer(hasJson
            ? TokenizerJson.Load(json)
            : VocabularyText.Load(Path.Combine(folder, VocabularyText.FileName)));
    }

    /// <summary>Encodes one text of any length as [CLS] … [SEP].</summary>
    /// <param name="text">Any UTF-16; a lone surrogate counts as U+FFFD.</param>
    /// <param name="tokenIds">Room for the ids, 2 at least: what does not fit is cut off before [SEP].</param>
    /// <returns>How many ids were written, and whether some were cut off.</returns>
    /// <exception cref="ArgumentException"><paramref name="tokenIds"/> is shorter than 2.</exception>
    public EncodedLength Encode(ReadOnlySpan<char> text, Span<int> tokenIds)
    {
        if (tokenIds.Length < FrameIds)
        {
            throw new ArgumentException($"expected room for {FrameIds} ids, found {tokenIds.Length}", nameof(tokenIds));
        }

        var codePoints = new CodePointBuffer(text.Length);
        var scratch = new CodePointBuffer(text.Length);
        try
        {
            Utf16.Decode(text, long.MaxValue, ref codePoints);
            return Encode(codePoints.Span, ref scratch, tokenIds);
        }
        finally
        {
            codePoints.Dispose();
            scratch.Dispose();
        }
    }

    /// <summary>Encodes code points.</summary>
    /// <param name="text">Not in <paramref name="scratch"/>.</param>
    /// <param name="scratch">Overwritten.</param>
    /// <param name="tokenIds">2 or longer.</param>
    internal EncodedLength Encode(ReadOnlySpan<int> text, ref CodePointBuffer scratch, Span<int> tokenIds)
    {
        tokenIds[0] = _vocabulary.Start;
        var writer = new WordPieceWriter(_vocabulary, tokenIds[1..^1]);
        var whole = TryEncode(text, ref scratch, ref writer);
        tokenIds[writer.Count + 1] = _vocabulary.End;
        return new EncodedLength(writer.Count + FrameIds, !whole);
    }

    private bool TryEncode(ReadOnlySpan<int> text, ref CodePointBuffer scratch, ref WordPieceWriter writer)
    {
        while (_vocabulary.FindAdded(text, out var length, out var id) is >= 0 and var at)
        {
            if (!TryEncodeWords(text[..at], ref scratch, ref writer) || !writer.TryAdd(id))
            {
                return false;
            }

            text = text[(at + length)..];
        }

        return TryEncodeWords(text, ref scratch, ref writer);
    }

    /// <summary>BertNormalizer, BertPreTokenizer and WordPiece on a stretch without added tokens.</summary>
    private static bool TryEncodeWords(ReadOnlySpan<int> text, ref CodePointBuffer scratch, ref WordPieceWriter writer)
    {
        scratch.Clear();
        BertNormaliser.Append(text, ref scratch);
        ReadOnlySpan<int> normalised = scratch.Span;
        var start = 0;
        for (var at = 0; at < normalised.Length; at++)
        {
            var preToken = CodePoints.Of(normalised[at]).PreToken;
            if (preToken == CodePointFlags.None)
            {
                continue;
            }

            var alone = preToken == CodePointFlags.Alone;
            if (!writer.TryAddWord(normalised[start..at]) || (alone && !writer.TryAddWord(normalised.Slice(at, 1))))
            {
                return false;
            }

            start = at + 1;
        }

        return writer.TryAddWord(normalised[start..]);
    }
}
