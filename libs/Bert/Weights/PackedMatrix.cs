namespace Moodstream.Bert.Weights;

/// <summary>A linear layer's weights in the order the register tile reads them, and its biases.</summary>
internal readonly unsafe struct PackedMatrix
{
    /// <summary>Rows of the tile; the last strip is filled up with zeros.</summary>
    public const int StripRows = 12;

    public PackedMatrix(NativeArena arena, int outputs, int inputs)
    {
        Outputs = outputs;
        Inputs = inputs;
        Strips = (outputs + StripRows - 1) / StripRows;
        Weights = arena.Allocate<float>((long)Strips * inputs * StripRows);
        Bias = arena.AllocateZeroed<float>(Strips * StripRows);
    }

    /// <summary>Rows of the layer's [outputs, inputs] matrix.</summary>
    public int Outputs { get; }

    public int Inputs { get; }

    public int Strips { get; }

    /// <summary>[strip][input][12].</summary>
    public float* Weights { get; }

    /// <summary>[12 x strips]; 0 beyond <see cref="Outputs"/>.</summary>
    public float* Bias { get; }

    /// <summary>Takes the rows of one strip.</summary>
    /// <param name="strip">Its number.</param>
    /// <param name="rows">[up to 12, inputs] row-major; fewer only in the last strip.</param>
    public void SetStrip(int strip, ReadOnlySpan<float> rows)
    {
        var count = rows.Length / Inputs;
        var target = Weights + ((long)strip * Inputs * StripRows);
        for (var k = 0; k < Inputs; k++, target += StripRows)
        {
            for (var r = 0; r < StripRows; r++)
            {
                target[r] = r < count ? rows[(r * Inputs) + k] : 0;
            }
        }
    }
}
