using System.Text;

namespace Moodstream.ModelServer.Monitoring;

/// <summary>Shows what was measured last.</summary>
internal sealed class GaugeSeries : ISeries
{
    private double _value;

    public void Record(double value) => Volatile.Write(ref _value, value);

    public void Write(StringBuilder page, string name, string labels) =>
        PageText.AppendSample(page, name, labels, Volatile.Read(ref _value));
}
