using Moodstream.Text.Unicode;

namespace Moodstream.Text.WordPiece;

/// <summary>The pieces of words and their ids.</summary>
internal sealed class WordPieceVocabulary
{
    /// <summary>What a piece starts with that continues a word.</summary>
    public const string ContinuationPrefix = "##";

    public const string UnknownToken = "[UNK]";
    public const string StartToken = "[CLS]";
    public const string EndToken = "[SEP]";
    public const string PaddingToken = "[PAD]";
    public const string MaskToken = "[MASK]";

    /// <summary>Found in a text as they are written, before any normalisation.</summary>
    public static readonly IReadOnlyList<string> SpecialTokens =
        [UnknownToken, StartToken, EndToken, PaddingToken, MaskToken];

    private readonly CodePointTrie _pieces = new();
    private readonly CodePointTrie _added = new();
    private readonly HashSet<int> _firstsOfAdded = [];
    private readonly int[] _firsts;
    private readonly int _continuation;

    /// <summary>Builds a vocabulary.</summary>
    /// <param name="file">The file it comes from, for error messages.</param>
    /// <param name="pieces">Pieces with ids of 0 or more; given twice, the last id counts, as elsewhere.</param>
    /// <param name="added">Tokens besides <see cref="SpecialTokens"/> that are found as they are written.</param>
    /// <exception cref="TextFormatException">A special token is missing, or there are too many pieces.</exception>
    public WordPieceVocabulary(
        string file, IEnumerable<(string Piece, int Id)> pieces, IEnumerable<(string Token, int Id)> added)
    {
        foreach (var (piece, id) in pieces)
        {
            Add(_pieces, file, piece, id);
        }

        foreach (var token in SpecialTokens)
        {
            if (IdOf(token) == CodePointTrie.None)
            {
                throw new TextFormatException(file, "the vocabulary", $"a piece {token}", "none");
            }

            AddToken(file, token, IdOf(token));
        }

        foreach (var (token, id) in added)
        {
            AddToken(file, token, id);
        }

        _firsts = [.. _firstsOfAdded];
        _continuation = NodeOf(ContinuationPrefix);
        Unknown = IdOf(UnknownToken);
        Start = IdOf(StartToken);
        End = IdOf(EndToken);
    }

    public int Unknown { get; }

    public int Start { get; }

    public int End { get; }

    /// <summary>One more than the largest id.</summary>
    public int Size { get; private set; }

    /// <summary>The id of a piece, or <see cref="CodePointTrie.None"/>.</summary>
    public int IdOf(string piece) => NodeOf(piece) is >= 0 and var node ? _pieces.ValueAt(node) : CodePointTrie.None;

    /// <summary>The longest piece at the start of a word, or of the rest of one.</summary>
    /// <returns>Its length without prefix; 0 if there is none.</returns>
    public int LongestPiece(ReadOnlySpan<int> word, bool continues, out int id)
    {
        id = CodePointTrie.None;
        var from = continues ? _continuation : CodePointTrie.Root;
        return from == CodePointTrie.None ? 0 : _pieces.LongestMatch(word, from, out id);
    }

    /// <summary>The next token found as it is written; of several at one place the longest.</summary>
    /// <returns>Where it starts; -1 if there is none.</returns>
    public int FindAdded(ReadOnlySpan<int> text, out int length, out int id)
    {
        for (var at = 0; text[at..].IndexOfAny(_firsts) is >= 0 and var skipped; at++)
        {
            at += skipped;
            length = _added.LongestMatch(text[at..], CodePointTrie.Root, out id);
            if (length > 0)
            {
                return at;
            }
        }

        length = 0;
        id = CodePointTrie.None;
        return -1;
    }

    private void AddToken(string file, string token, int id)
    {
        Add(_added, file, token, id);
        _firstsOfAdded.Add(token.EnumerateRunes().First().Value);
    }

    private void Add(CodePointTrie trie, string file, string piece, int id)
    {
        var codePoints = new CodePointBuffer(piece.Length);
        Utf16.Decode(piece, long.MaxValue, ref codePoints);
        var added = trie.TryAdd(codePoints.Span, id);
        codePoints.Dispose();
        if (!added)
        {
            throw new TextFormatException(
                file, $"piece '{piece}'", $"pieces that fit in {CodePointTrie.MaxNodes} nodes", "more");
        }

        Size = Math.Max(Size, id + 1);
    }

    private int NodeOf(string piece)
    {
        var node = CodePointTrie.Root;
        foreach (var rune in piece.EnumerateRunes())
        {
            node = node == CodePointTrie.None ? node : _pieces.Step(node, rune.Value);
        }

        return node;
    }
}
