namespace Moodstream.Bert.Numerics;

/// <summary>
/// Where the activations of a block are: one row per feature, one column per token. Tokens come in panels of two
/// vectors; a panel is contiguous ([panel][feature][2 vectors], what matrix products stream through best) or the rows
/// run through all panels ([feature][token], what attention needs, whose sequences cross panels).
/// </summary>
/// <param name="Data">Feature 0 of token 0.</param>
/// <param name="RowStep">Floats from one feature to the next.</param>
/// <param name="PanelStep">Floats from one panel to the next.</param>
internal readonly unsafe record struct TokenMatrix(nint Data, nint RowStep, nint PanelStep)
{
    /// <summary>A feature of the first token of a panel.</summary>
    public float* At(nint panel, nint feature) => (float*)Data + (panel * PanelStep) + (feature * RowStep);
}
