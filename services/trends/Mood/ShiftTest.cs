namespace Moodstream.Trends.Mood;

/// <summary>
/// Whether the mean score of a window differs from that of the time before by more than chance explains.
/// </summary>
/// <remarks>
/// <para>
/// Bernstein's inequality (Boucheron, Lugosi, Massart, Concentration Inequalities, 2013, corollary 2.11) for the
/// difference D of the means of n₁ and n₀ independent scores of one distribution, each within [−1, 1]:
/// P(|D| ≥ d) ≤ 2·exp(−d² / (2·(V + b·d/3))), V = φ·σ²·(1/n₁ + 1/n₀), b = 2 / min(n₁, n₀), φ = 1.
/// σ² is estimated from both samples together, about their common mean: a shift only makes it larger.
/// </para>
/// <para>
/// Posts that repeat one another are not independent, and means differ more from window to window than σ² explains. φ is
/// how much more, as an analysis of variance has it (NIST/SEMATECH e-Handbook, 7.4.3): the variance between the windows
/// before, over σ². Never below 1, so that the bound stays one where posts are independent.
/// </para>
/// <para>
/// A bound, not an approximation: it holds for few posts and for skewed scores, where Student's t claims too much. What
/// that costs: a difference must be about 4.5 standard errors at 1e-4, where the normal distribution would ask for 3.9.
/// docs/decisions/0013-trends.md has what was measured.
/// </para>
/// </remarks>
internal static class ShiftTest
{
    /// <summary>Fewest posts on each side: with fewer, σ² is no estimate.</summary>
    public const int MinPosts = 30;

    // With fewer, the variance between windows is no estimate.
    private const int MinWindows = 4;

    /// <summary>Bounds the probability of a difference as large by chance.</summary>
    /// <param name="window">The window.</param>
    /// <param name="windowsBefore">The windows before it.</param>
    /// <returns>0 to 1; 1 when either side has too few posts to tell.</returns>
    public static double Significance(Tally window, params ReadOnlySpan<Tally> windowsBefore)
    {
        var before = Sum(windowsBefore);
        if (window.Posts < MinPosts || before.Posts < MinPosts)
        {
            return 1;
        }

        var difference = Math.Abs(window.Mean - before.Mean);
        var both = window + before;
        var ofOne = both.Spread / (both.Posts - 1);
        var variance = Dispersion(windowsBefore, before, ofOne) * ofOne * ((1.0 / window.Posts) + (1.0 / before.Posts));
        var largest = 2.0 / Math.Min(window.Posts, before.Posts);
        var exponent = difference * difference / (2 * (variance + (largest * difference / 3)));
        return double.IsNaN(exponent) ? 1 : Math.Min(1, 2 * Math.Exp(-exponent)); // 0/0: all scores are equal
    }

    public static Tally Sum(ReadOnlySpan<Tally> tallies)
    {
        var sum = default(Tally);
        foreach (var tally in tallies)
        {
            sum += tally;
        }

        return sum;
    }

    private static double Dispersion(ReadOnlySpan<Tally> windows, Tally all, double variance)
    {
        var (between, count) = (0.0, 0);
        foreach (var window in windows)
        {
            if (window.Posts > 0)
            {
                between += window.Posts * (window.Mean - all.Mean) * (window.Mean - all.Mean);
                count++;
            }
        }

        return count < MinWindows || variance <= 0 ? 1 : Math.Max(1, between / (count - 1) / variance);
    }
}
