using Moodstream.Cli.Eval;

namespace Moodstream.Cli.Tests.Eval;

/// <summary>Expected values are worked out by hand from the definitions of scikit-learn 1.x, as said beside each.</summary>
public sealed class MetricsTests
{
    private const double Tolerance = 1e-12;

    // label, prediction: 3 negative (2 right), 4 neutral (2 right, 1 to each side), 3 positive (1 right, 2 neutral).
    private static readonly (int Label, int Prediction)[] Mixed =
        [(0, 0), (0, 0), (0, 1), (1, 1), (1, 1), (1, 0), (1, 2), (2, 2), (2, 1), (2, 1)];

    [Fact]
    public void Confusion_OfMixedPosts_HasLabelsAsRows()
    {
        var metrics = Of(Mixed);

        Assert.Equal([[2, 1, 0], [1, 2, 1], [0, 2, 1]], metrics.Confusion);
        Assert.Equal(10, metrics.Posts);
    }

    [Fact]
    public void Averages_OfMixedPosts_AreAsWorkedOut()
    {
        var metrics = Of(Mixed);

        // Recalls 2/3, 2/4, 1/3. F1 = 2 TP / (labelled + predicted): 4/6, 4/9, 2/5.
        Assert.Equal(5.0 / 10, metrics.Accuracy, Tolerance);
        Assert.Equal((2.0 / 3 + 0.5 + 1.0 / 3) / 3, metrics.MacroRecall, Tolerance);
        Assert.Equal((2.0 / 3 + 4.0 / 9 + 0.4) / 3, metrics.MacroF1, Tolerance);
        Assert.Equal((2.0 / 3 + 0.4) / 2, metrics.F1NegativePositive, Tolerance);
    }

    [Fact]
    public void Averages_ClassInNeitherLabelsNorPredictions_IsLeftOut()
    {
        var metrics = Of([(0, 0), (1, 1), (1, 0)]);

        // Recalls 1, 1/2; F1 2/3, 2/3; positive counts as 0 where it is asked for by name.
        Assert.Equal(0.75, metrics.MacroRecall, Tolerance);
        Assert.Equal(2.0 / 3, metrics.MacroF1, Tolerance);
        Assert.Equal(1.0 / 3, metrics.F1NegativePositive, Tolerance);
    }

    [Fact]
    public void Averages_ClassPredictedButNeverLabelled_CountsAsZero()
    {
        var metrics = Of([(0, 0), (1, 2)]);

        // Recalls 1, 0, and 0 over nothing; F1 1, 0, 0.
        Assert.Equal(1.0 / 3, metrics.MacroRecall, Tolerance);
        Assert.Equal(1.0 / 3, metrics.MacroF1, Tolerance);
        Assert.Equal(0.5, metrics.F1NegativePositive, Tolerance);
    }

    [Fact]
    public void Averages_OfNothing_AreZero()
    {
        var metrics = new Metrics();

        Assert.Equal(
            (0, 0, 0, 0, 0),
            (metrics.Accuracy, metrics.MacroRecall, metrics.MacroF1, metrics.F1NegativePositive, metrics.CalibrationError));
    }

    [Fact]
    public void CalibrationError_OfTwoBins_IsTheirWeightedGap()
    {
        var metrics = new Metrics();
        metrics.Add(0, [0.75f, 0.25f, 0f]);
        metrics.Add(1, [0.75f, 0.125f, 0.125f]);
        metrics.Add(2, [0.25f, 0.25f, 0.5f]);

        // Bin (11/15, 12/15]: mean confidence 0.75, half of 2 right; bin (7/15, 8/15]: confidence 0.5, 1 of 1 right.
        Assert.Equal((2.0 / 3 * 0.25) + (1.0 / 3 * 0.5), metrics.CalibrationError, Tolerance);
    }

    [Fact]
    public void CalibrationError_ConfidenceOnAnEdge_BelongsToTheBinBelow()
    {
        var metrics = new Metrics();
        metrics.Add(0, [1f, 0f, 0f]);
        metrics.Add(0, [0.96875f, 0.03125f, 0f]);
        metrics.Add(1, [0.953125f, 0.046875f, 0f]);

        // All in (14/15, 1]: mean confidence 2.921875/3, 2 of 3 right.
        Assert.Equal((2.921875 - 2) / 3, metrics.CalibrationError, Tolerance);
    }

    [Fact]
    public void Add_EqualProbabilities_PredictsTheFirst()
    {
        var metrics = new Metrics();

        metrics.Add(2, [0.25f, 0.375f, 0.375f]);

        Assert.Equal([[0, 0, 0], [0, 0, 0], [0, 1, 0]], metrics.Confusion);
    }

    private static Metrics Of(IEnumerable<(int Label, int Prediction)> posts)
    {
        var metrics = new Metrics();
        foreach (var (label, prediction) in posts)
        {
            var probabilities = new float[3];
            probabilities[prediction] = 1;
            metrics.Add(label, probabilities);
        }

        return metrics;
    }
}
