namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>A padded batch of so many rows and columns, row after row.</summary>
internal sealed record Feed(int[] Shape, int[] Ids, int[] Mask, int[] Segments)
{
    public int[] this[string alias] => alias switch
    {
        "input_ids" => Ids,
        "input_mask" => Mask,
        "segment_ids" => Segments,
        _ => throw new SavedModelException($"no input is called {alias}"),
    };

    /// <summary>Rows without padding.</summary>
    public static Feed Of(params int[][] rows) => Padded(rows, rows.Max(r => r.Length));

    /// <summary>Rows padded to a width.</summary>
    public static Feed Padded(int[][] rows, int width) => new(
        [rows.Length, width],
        [.. rows.SelectMany(r => r.Concat(Enumerable.Repeat(0, width - r.Length)))],
        [.. rows.SelectMany(r => Enumerable.Repeat(1, r.Length).Concat(Enumerable.Repeat(0, width - r.Length)))],
        new int[rows.Length * width]);
}
