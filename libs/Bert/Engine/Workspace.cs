using Moodstream.Bert.Numerics;
using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Engine;

/// <summary>The activations of one block. Finite everywhere at any time: lanes that belong to no token are computed too.</summary>
internal sealed unsafe class Workspace : IDisposable
{
    private readonly NativeArena _arena = new();
    private readonly int _panelWidth;
    private readonly int _hiddenRows;
    private readonly float* _query;
    private readonly float* _key;
    private readonly float* _value;
    private readonly float* _context;

    /// <summary>Takes memory for the largest block.</summary>
    /// <param name="config">The model.</param>
    /// <param name="maxTokens">Tokens of the largest block.</param>
    /// <param name="panelWidth">Floats of two vectors.</param>
    public Workspace(BertConfig config, int maxTokens, int panelWidth)
    {
        _panelWidth = panelWidth;
        _hiddenRows = WholeStrips(config.Hidden);
        var panels = (maxTokens + panelWidth - 1) / panelWidth;
        X = Panels(_hiddenRows, panels);
        Y = Panels(_hiddenRows, panels);
        First = Panels(_hiddenRows, panels);
        FirstContext = Panels(_hiddenRows, panels);
        Wide = Panels(Math.Max(WholeStrips(config.Intermediate), WholeStrips(config.Labels.Count)), panels);

        // A tile of keys reads up to 11 tokens beyond its sequence, in the last row too; a head's last tile of the
        // context reaches into the rows of the next head, after the last one into these.
        var plain = ((long)(_hiddenRows + PackedMatrix.StripRows) * RowStep(maxTokens)) + PackedMatrix.StripRows;
        _query = _arena.AllocateZeroed<float>(plain);
        _key = _arena.AllocateZeroed<float>(plain);
        _value = _arena.AllocateZeroed<float>(plain);
        _context = _arena.AllocateZeroed<float>(plain);
        Attention = new AttentionScratch(_arena, config.MaxPositions, config.HeadWidth, panelWidth);
        EmbeddingRow = _arena.AllocateZeroed<float>(config.Hidden);
    }

    /// <summary>[H] by panels: a layer's input and, at its end, its output.</summary>
    public TokenMatrix X { get; }

    /// <summary>[H] by panels: what a sub-layer adds.</summary>
    public TokenMatrix Y { get; }

    /// <summary>[intermediate or labels] by panels.</summary>
    public TokenMatrix Wide { get; }

    /// <summary>[H] by panels: the first token of every sequence, from the last layer on.</summary>
    public TokenMatrix First { get; }

    /// <summary>[H] by panels: the contexts of <see cref="First"/>.</summary>
    public TokenMatrix FirstContext { get; }

    public AttentionScratch Attention { get; }

    /// <summary>[H]</summary>
    public float* EmbeddingRow { get; }

    /// <summary>[H] by rows: queries.</summary>
    public TokenMatrix Query(int tokens) => Rows(_query, tokens);

    /// <summary>[H] by rows: keys.</summary>
    public TokenMatrix Key(int tokens) => Rows(_key, tokens);

    /// <summary>[H] by rows: values.</summary>
    public TokenMatrix Value(int tokens) => Rows(_value, tokens);

    /// <summary>[H] by rows: attention's result.</summary>
    public TokenMatrix Context(int tokens) => Rows(_context, tokens);

    public void Dispose() => _arena.Dispose();

    private TokenMatrix Panels(int rows, int panels) =>
        new((nint)_arena.AllocateZeroed<float>((long)rows * panels * _panelWidth), _panelWidth, (nint)rows * _panelWidth);

    private TokenMatrix Rows(float* data, int tokens) => new((nint)data, RowStep(tokens), _panelWidth);

    /// <summary>Whole panels and one more, since the last sequence's last vector may begin on the last token.</summary>
    private int RowStep(int tokens) => (((tokens + _panelWidth - 1) / _panelWidth) + 1) * _panelWidth;

    private static int WholeStrips(int rows) =>
        (rows + PackedMatrix.StripRows - 1) / PackedMatrix.StripRows * PackedMatrix.StripRows;
}
