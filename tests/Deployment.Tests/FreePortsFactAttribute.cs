namespace Moodstream.Deployment.Tests;

/// <summary>A test of a program that listens on ports of its own choice; skipped, by name, where somebody else does.</summary>
internal sealed class FreePortsFactAttribute : FactAttribute
{
    public FreePortsFactAttribute(params int[] ports)
    {
        if (!Array.TrueForAll(ports, Ports.IsFree))
        {
            Skip = $"needs the ports {string.Join(" and ", ports)} of this machine, and somebody listens there";
        }
    }
}
