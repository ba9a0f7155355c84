using System.Text;

namespace Moodstream.ModelServer.Monitoring;

/// <summary>What a metric has of one set of labels.</summary>
internal interface ISeries
{
    /// <summary>Takes a measurement. Called concurrently.</summary>
    void Record(double value);

    /// <summary>Writes its samples.</summary>
    /// <param name="page">Written to.</param>
    /// <param name="name">Name of the metric.</param>
    /// <param name="labels">Without braces; empty for none.</param>
    void Write(StringBuilder page, string name, string labels);
}
