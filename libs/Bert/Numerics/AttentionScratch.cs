using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Numerics;

/// <summary>Memory that attention works in, for one thread.</summary>
internal readonly unsafe struct AttentionScratch
{
    private const int Rows = PackedMatrix.StripRows;

    /// <param name="arena">Where it comes from.</param>
    /// <param name="maxTokens">Longest sequence.</param>
    /// <param name="headWidth">D.</param>
    /// <param name="panelWidth">Floats of two vectors.</param>
    public AttentionScratch(NativeArena arena, int maxTokens, int headWidth, int panelWidth)
    {
        ValueStep = RoundUp(headWidth);
        Scores = arena.AllocateZeroed<float>((long)RoundUp(maxTokens) * panelWidth);
        Values = arena.AllocateZeroed<float>((long)maxTokens * ValueStep);
        Zeros = arena.AllocateZeroed<float>(Rows);
    }

    /// <summary>[keys in whole tiles, two vectors of queries]</summary>
    public float* Scores { get; }

    /// <summary>[token, D in whole tiles]; 0 beyond D.</summary>
    public float* Values { get; }

    /// <summary>Floats from one token to the next in <see cref="Values"/>.</summary>
    public int ValueStep { get; }

    /// <summary>[12]</summary>
    public float* Zeros { get; }

    private static int RoundUp(int rows) => (rows + Rows - 1) / Rows * Rows;
}
