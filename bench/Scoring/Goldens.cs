using System.Text.Json;

namespace Moodstream.Bench.Scoring;

/// <summary>The model's stored inputs and answers (goldens.jsonl); who is to be timed must give them first.</summary>
internal sealed class Goldens
{
    /// <summary>Most a logit may be off: floating point in another order, not another function.</summary>
    public const double Tolerance = 1e-4;

    private Goldens(IReadOnlyList<int[]> ids, float[] logits)
    {
        Ids = ids;
        Logits = logits;
    }

    /// <summary>Token ids of each text.</summary>
    public IReadOnlyList<int[]> Ids { get; }

    /// <summary>[texts, classes]</summary>
    public float[] Logits { get; }

    /// <summary>Reads goldens.jsonl of a model folder.</summary>
    public static Goldens Read(string modelFolder)
    {
        var ids = new List<int[]>();
        var logits = new List<float>();
        foreach (var line in File.ReadLines(Path.Combine(modelFolder, "goldens.jsonl")))
        {
            using var golden = JsonDocument.Parse(line);
            ids.Add([.. golden.RootElement.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32())]);
            logits.AddRange(golden.RootElement.GetProperty("logits").EnumerateArray().Select(l => l.GetSingle()));
        }

        return new Goldens(ids, [.. logits]);
    }

    /// <summary>Every so manieth text, where checking all would take long.</summary>
    public Goldens Every(int step)
    {
        var classes = Logits.Length / Ids.Count;
        return new Goldens(
            [.. Ids.Where((_, i) => i % step == 0)], [.. Logits.Where((_, i) => i / classes % step == 0)]);
    }

    /// <summary>The largest difference of two sets of answers.</summary>
    /// <exception cref="WrongAnswerException">It exceeds the tolerance, or one set is not complete.</exception>
    public static double Check(
        string system, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance = Tolerance)
    {
        if (expected.Length != actual.Length)
        {
            throw new WrongAnswerException($"{system}: expected {expected.Length} numbers, got {actual.Length}");
        }

        var worst = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            var off = Math.Abs((double)expected[i] - actual[i]);

            // Not "off > tolerance", which a NaN would pass.
            if (!(off <= tolerance))
            {
                throw new WrongAnswerException(
                    $"{system}: number {i} is {actual[i]}, expected {expected[i]} to within {tolerance}");
            }

            worst = Math.Max(worst, off);
        }

        return worst;
    }
}
