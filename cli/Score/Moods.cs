namespace Moodstream.Cli.Score;

/// <summary>Reads a label off probabilities.</summary>
internal static class Moods
{
    /// <summary>The index of the largest probability; of equal ones the first, as NumPy's argmax.</summary>
    public static int Argmax(ReadOnlySpan<float> probabilities)
    {
        var best = 0;
        for (var i = 1; i < probabilities.Length; i++)
        {
            best = probabilities[i] > probabilities[best] ? i : best;
        }

        return best;
    }
}
