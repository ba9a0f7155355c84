namespace Moodstream.Bert;

/// <summary>Soft-max over class logits.</summary>
public static class ClassProbabilities
{
    /// <summary>Writes probabilities that sum to 1, computed as exp(x - max) / sum in double precision.</summary>
    /// <param name="logits">[C] finite, at least one.</param>
    /// <param name="probabilities">[C], overwritten; may be the same memory as <paramref name="logits"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ or are 0, or a logit is not finite.</exception>
    public static void FromLogits(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        if (logits.IsEmpty || logits.Length != probabilities.Length)
        {
            throw new ArgumentException(
                $"expected as many probabilities as logits, at least 1; got {probabilities.Length} for {logits.Length}",
                nameof(probabilities));
        }

        var max = float.NegativeInfinity;
        for (var i = 0; i < logits.Length; i++)
        {
            if (!float.IsFinite(logits[i]))
            {
                throw new ArgumentException($"expected finite logits, got {logits[i]} at {i}", nameof(logits));
            }

            max = Math.Max(max, logits[i]);
        }

        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp((double)logit - max);
        }

        for (var i = 0; i < logits.Length; i++)
        {
            probabilities[i] = (float)(Math.Exp((double)logits[i] - max) / sum);
        }
    }
}
