using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Moodstream.Cli.Eval;

/// <summary>The figures as they are printed; shares are 0 to 1.</summary>
internal sealed record EvalReport
{
    /// <summary>Share of posts that got their label.</summary>
    [JsonPropertyName("accuracy")]
    public required double Accuracy { get; init; }

    /// <summary>Mean recall of the classes.</summary>
    [JsonPropertyName("macro_recall")]
    public required double MacroRecall { get; init; }

    /// <summary>Mean F1 of negative and positive.</summary>
    [JsonPropertyName("f1_pn")]
    public required double F1NegativePositive { get; init; }

    /// <summary>Mean F1 of the classes.</summary>
    [JsonPropertyName("macro_f1")]
    public required double MacroF1 { get; init; }

    /// <summary>Expected calibration error.</summary>
    [JsonPropertyName("calibration_error")]
    public required double CalibrationError { get; init; }

    /// <summary>Posts by label (row) and prediction (column).</summary>
    [JsonPropertyName("confusion")]
    public required long[][] Confusion { get; init; }

    /// <summary>Reads the figures off.</summary>
    public static EvalReport Of(Metrics metrics) => new()
    {
        Accuracy = metrics.Accuracy,
        MacroRecall = metrics.MacroRecall,
        F1NegativePositive = metrics.F1NegativePositive,
        MacroF1 = metrics.MacroF1,
        CalibrationError = metrics.CalibrationError,
        Confusion = metrics.Confusion,
    };

    /// <summary>As lines of text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"posts              {Confusion.Sum(r => r.Sum()),8:N0}");
        Line($"accuracy           {100 * Accuracy,8:F2} %");
        Line($"macro recall       {100 * MacroRecall,8:F2} %");
        Line($"F1 pos/neg         {100 * F1NegativePositive,8:F2} %");
        Line($"macro F1           {100 * MacroF1,8:F2} %");
        Line($"calibration error  {CalibrationError,8:F4}  (expected, 15 bins)");
        Line($"");
        Line($"label \\ predicted  negative   neutral  positive");
        foreach (var (label, row) in LabelledFile.Labels.Zip(Confusion))
        {
            Line($"{label,-17}{row[0],10:N0}{row[1],10:N0}{row[2],10:N0}");
        }

        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }
}
