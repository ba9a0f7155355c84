namespace Moodstream.Tests.Support;

/// <summary>A test on the real sidecar; skipped, by name, where there is none.</summary>
public sealed class DaprdFactAttribute : FactAttribute
{
    /// <summary>Looks for daprd and redis-server.</summary>
    /// <param name="controlPlane">Whether placement and scheduler are needed as well.</param>
    public DaprdFactAttribute(bool controlPlane = false) => Skip = Daprd.Missing(controlPlane);
}

/// <summary>The same with data.</summary>
public sealed class DaprdTheoryAttribute : TheoryAttribute
{
    /// <summary>Looks for daprd and redis-server.</summary>
    /// <param name="controlPlane">Whether placement and scheduler are needed as well.</param>
    public DaprdTheoryAttribute(bool controlPlane = false) => Skip = Daprd.Missing(controlPlane);
}
