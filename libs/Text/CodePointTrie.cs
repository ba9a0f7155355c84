namespace Moodstream.Text;

/// <summary>Finds the longest of many sequences at a place in a text, one table probe a code point.</summary>
/// <remarks>Filled by its owner before it is shared; read-only, and so safe for concurrent use, from then on.</remarks>
internal sealed class CodePointTrie
{
    /// <summary>The node every sequence starts at.</summary>
    public const int Root = 0;

    /// <summary>No node, or no value.</summary>
    public const int None = -1;

    /// <summary>Most nodes, as an edge packs parent + 1, code point and child into 63 bits.</summary>
    public const int MaxNodes = (1 << Bits) - 1;

    private const int Bits = 21;
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    // Open addressing with linear probing, at most three quarters full; 0 is an empty slot, as parent + 1 is never 0.
    private ulong[] _edges = new ulong[64];
    private int _shift = 64 - 6;
    private int[] _values = [None];
    private int _nodes = 1;

    /// <summary>Adds a sequence, or gives it another value.</summary>
    /// <returns>False if the trie is full.</returns>
    public bool TryAdd(ReadOnlySpan<int> sequence, int value)
    {
        if (_nodes > MaxNodes - sequence.Length)
        {
            return false;
        }

        var node = Root;
        foreach (var codePoint in sequence)
        {
            var child = Step(node, codePoint);
            node = child == None ? AddNode(node, codePoint) : child;
        }

        _values[node] = value;
        return true;
    }

    /// <summary>The node behind a node by a code point, or <see cref="None"/>.</summary>
    public int Step(int node, int codePoint)
    {
        var edges = _edges;
        var key = Key(node, codePoint);
        for (var slot = Slot(key); ; slot++)
        {
            var edge = edges[slot & (edges.Length - 1)];
            if (edge >> Bits == key)
            {
                return (int)(edge & MaxNodes);
            }

            if (edge == 0)
            {
                return None;
            }
        }
    }

    /// <summary>The value of the sequence that ends at a node, or <see cref="None"/>.</summary>
    public int ValueAt(int node) => _values[node];

    /// <summary>The longest sequence at the start of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">The node to start from.</param>
    /// <param name="value">Its value, or <see cref="None"/>.</param>
    /// <returns>How many code points of the text it takes; 0 if there is none.</returns>
    public int LongestMatch(ReadOnlySpan<int> text, int from, out int value)
    {
        value = None;
        var length = 0;
        var node = from;
        for (var i = 0; i < text.Length; i++)
        {
            node = Step(node, text[i]);
            if (node == None)
            {
                break;
            }

            if (_values[node] != None)
            {
                value = _values[node];
                length = i + 1;
            }
        }

        return length;
    }

    private static ulong Key(int node, int codePoint) => ((ulong)(uint)(node + 1) << Bits) | (uint)codePoint;

    private int Slot(ulong key) => (int)((key * Golden) >> _shift);

    private int AddNode(int parent, int codePoint)
    {
        if (_nodes > _edges.Length / 4 * 3)
        {
            Widen();
        }

        var node = _nodes++;
        if (node == _values.Length)
        {
            Array.Resize(ref _values, _values.Length * 2);
            Array.Fill(_values, None, node, _values.Length - node);
        }

        Insert((Key(parent, codePoint) << Bits) | (uint)node);
        return node;
    }

    private void Widen()
    {
        var edges = _edges;
        _edges = new ulong[edges.Length * 2];
        _shift--;
        foreach (var edge in edges)
        {
            if (edge != 0)
            {
                Insert(edge);
            }
        }
    }

    private void Insert(ulong edge)
    {
        var slot = Slot(edge >> Bits);
        while (_edges[slot & (_edges.Length - 1)] != 0)
        {
            slot++;
        }

        _edges[slot & (_edges.Length - 1)] = edge;
    }
}
