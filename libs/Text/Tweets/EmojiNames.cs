using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tweets;

/// <summary>Step 5: variation selectors and skin tones go, emoji become their names between spaces.</summary>
internal sealed class EmojiNames
{
    private readonly CodePointTrie _sequences = new();
    private readonly int[][] _names;

    // A text without any code point from here on has nothing to remove or to replace.
    private readonly int _lowest;

    /// <summary>Takes distinct sequences, none empty, and their names.</summary>
    /// <exception cref="ArgumentException">There are more than a trie holds.</exception>
    public EmojiNames(IReadOnlyList<(int[] Sequence, int[] Name)> emoji)
    {
        _names = [.. emoji.Select(e => (int[])[' ', .. e.Name, ' '])];
        _lowest = emoji.Select(e => e.Sequence.Max()).Append(0xFE0E).Min();
        for (var i = 0; i < emoji.Count; i++)
        {
            if (!_sequences.TryAdd(emoji[i].Sequence, i))
            {
                throw new ArgumentException("expected fewer emoji", nameof(emoji));
            }
        }
    }

    /// <summary>Replaces all emoji, the longest sequence first.</summary>
    /// <param name="text">The text.</param>
    /// <param name="scratch">Overwritten.</param>
    public void Replace(ref CodePointBuffer text, ref CodePointBuffer scratch)
    {
        if (text.Span.IndexOfAnyInRange(_lowest, int.MaxValue) < 0)
        {
            return;
        }

        RemoveInvisible(ref text);
        scratch.Clear();
        var span = text.Span;
        for (var at = 0; at < span.Length;)
        {
            var length = _sequences.LongestMatch(span[at..], CodePointTrie.Root, out var name);
            if (length == 0)
            {
                scratch.Append(span[at++]);
                continue;
            }

            scratch.Append(_names[name]);
            at += length;
        }

        CodePointBuffer.Swap(ref text, ref scratch);
    }

    private static void RemoveInvisible(ref CodePointBuffer text)
    {
        var span = text.Span;
        var written = 0;
        foreach (var codePoint in span)
        {
            if (codePoint is not ((>= 0xFE0E and <= 0xFE0F) or (>= 0x1F3FB and <= 0x1F3FF)))
            {
                span[written++] = codePoint;
            }
        }

        text.Truncate(written);
    }
}
