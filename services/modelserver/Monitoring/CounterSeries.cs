using System.Text;

namespace Moodstream.ModelServer.Monitoring;

/// <summary>Adds up.</summary>
/// <param name="scale">From the instrument's unit to that of the page, in which whole ones are counted.</param>
internal sealed class CounterSeries(double scale = 1) : ISeries
{
    private long _sum;

    public void Record(double value) => Interlocked.Add(ref _sum, (long)Math.Round(value * scale));

    public void Write(StringBuilder page, string name, string labels) =>
        PageText.AppendSample(page, name, labels, Interlocked.Read(ref _sum));
}
