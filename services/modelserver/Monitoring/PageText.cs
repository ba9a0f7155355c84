using System.Globalization;
using System.Text;

namespace Moodstream.ModelServer.Monitoring;

/// <summary>The text format of Prometheus, version 0.0.4.</summary>
internal static class PageText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Adds the line of a sample.</summary>
    /// <param name="page">Added to.</param>
    /// <param name="name">Name of the sample.</param>
    /// <param name="labels">Without braces; empty for none.</param>
    /// <param name="value">Its value.</param>
    public static void AppendSample(StringBuilder page, string name, string labels, double value)
    {
        page.Append(name);
        if (labels.Length > 0)
        {
            page.Append('{').Append(labels).Append('}');
        }

        page.Append(CultureInfo.InvariantCulture, $" {value}\n");
    }

    /// <summary>A bucket's bound, to six digits, as TensorFlow Serving prints it and queries name it.</summary>
    public static string FormatBound(double bound) => bound.ToString("g6", CultureInfo.InvariantCulture);

    /// <summary>A label and its value.</summary>
    public static string Label(string name, string value) =>
        $"{name}=\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n")}\"";
}
