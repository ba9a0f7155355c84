using Moodstream.Cli.Score;

namespace Moodstream.Cli.Eval;

/// <summary>
/// Figures of a three-way classifier, as scikit-learn defines them: a class that is neither among the labels nor among
/// the predictions does not count in a macro average, and a ratio over nothing is 0.
/// </summary>
internal sealed class Metrics
{
    /// <summary>Number of classes: negative, neutral, positive.</summary>
    public const int C = 3;

    /// <summary>Confidence bins of the calibration error.</summary>
    public const int Bins = 15;

    private static readonly double[] BinUpperEdges = [.. Enumerable.Range(1, Bins - 1).Select(i => i * (1.0 / Bins)), 1];

    private readonly long[,] _confusionCC = new long[C, C];
    private readonly long[] _binPosts = new long[Bins];
    private readonly double[] _binConfidence = new double[Bins];
    private readonly long[] _binHits = new long[Bins];

    /// <summary>Posts counted.</summary>
    public long Posts { get; private set; }

    /// <summary>Posts by label (row) and prediction (column).</summary>
    public long[][] Confusion =>
        [.. Enumerable.Range(0, C).Select(l => Enumerable.Range(0, C).Select(p => _confusionCC[l, p]).ToArray())];

    /// <summary>Share of posts whose prediction is their label.</summary>
    public double Accuracy => Ratio(Classes(_ => true).Sum(c => _confusionCC[c, c]), Posts);

    /// <summary>Mean recall over the classes.</summary>
    public double MacroRecall => Classes(IsPresent).Select(Recall).DefaultIfEmpty().Average();

    /// <summary>Mean F1 over the classes.</summary>
    public double MacroF1 => Classes(IsPresent).Select(F1).DefaultIfEmpty().Average();

    /// <summary>Mean F1 of negative and positive.</summary>
    public double F1NegativePositive => (F1(0) + F1(2)) / 2;

    /// <summary>
    /// Expected calibration error: mean |confidence − accuracy| over equal-width bins (lower, upper] of confidence,
    /// weighted by their posts (Guo et al. 2017, eq. 3; as training/export.py computes it).
    /// </summary>
    public double CalibrationError => Enumerable.Range(0, Bins).Where(b => _binPosts[b] > 0)
        .Sum(b => Ratio(_binPosts[b], Posts) * Math.Abs((_binConfidence[b] - _binHits[b]) / _binPosts[b]));

    /// <summary>Counts a post.</summary>
    /// <param name="label">Its label, 0 to 2.</param>
    /// <param name="probabilities">[C] what the model says; the first of the largest is its prediction.</param>
    public void Add(int label, ReadOnlySpan<float> probabilities)
    {
        var prediction = Moods.Argmax(probabilities);
        double confidence = probabilities[prediction];
        _confusionCC[label, prediction]++;
        Posts++;

        // A confidence on an edge belongs to the bin below.
        var bin = Array.FindIndex(BinUpperEdges, upper => confidence <= upper);
        _binPosts[bin]++;
        _binConfidence[bin] += confidence;
        _binHits[bin] += prediction == label ? 1 : 0;
    }

    private static IEnumerable<int> Classes(Func<int, bool> where) => Enumerable.Range(0, C).Where(where);

    private static double Ratio(long part, long whole) => whole == 0 ? 0 : (double)part / whole;

    private bool IsPresent(int c) => Labelled(c) + Predicted(c) > 0;

    private double Recall(int c) => Ratio(_confusionCC[c, c], Labelled(c));

    private double F1(int c) => Ratio(2 * _confusionCC[c, c], Labelled(c) + Predicted(c));

    private long Labelled(int c) => Enumerable.Range(0, C).Sum(p => _confusionCC[c, p]);

    private long Predicted(int c) => Enumerable.Range(0, C).Sum(l => _confusionCC[l, c]);
}
