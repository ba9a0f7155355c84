namespace Moodstream.Text.WordPiece;

/// <summary>Writes the ids of words until there is no more room.</summary>
internal ref struct WordPieceWriter(WordPieceVocabulary vocabulary, Span<int> ids)
{
    /// <summary>A longer word is unknown as a whole.</summary>
    public const int MaxWordLength = 100;

    private readonly Span<int> _ids = ids;

    public int Count { get; private set; }

    /// <returns>False if there is no room.</returns>
    public bool TryAdd(int id)
    {
        if (Count == _ids.Length)
        {
            return false;
        }

        _ids[Count++] = id;
        return true;
    }

    /// <summary>Writes a word as the longest pieces from its start on, or as unknown where that fails.</summary>
    /// <returns>False if not all pieces had room.</returns>
    public bool TryAddWord(ReadOnlySpan<int> word)
    {
        if (word.Length > MaxWordLength)
        {
            return TryAdd(vocabulary.Unknown);
        }

        // Only the whole word tells whether it is unknown, so its pieces wait here.
        Span<int> pieces = stackalloc int[MaxWordLength];
        var count = 0;
        for (var at = 0; at < word.Length; count++)
        {
            var length = vocabulary.LongestPiece(word[at..], continues: at > 0, out pieces[count]);
            if (length == 0)
            {
                return TryAdd(vocabulary.Unknown);
            }

            at += length;
        }

        var room = Math.Min(count, _ids.Length - Count);
        pieces[..room].CopyTo(_ids[Count..]);
        Count += room;
        return room == count;
    }
}
