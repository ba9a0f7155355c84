using System.Reflection;
using Xunit.Sdk;

namespace Moodstream.Faults.Tests;

/// <summary>The names of the cases of this run: of those with a disk of their own, or of the others.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class CaseNamesAttribute : DataAttribute
{
    private readonly bool _onSmallDisk;
    private readonly bool _withDouble;

    /// <summary>Skips, by name, what needs a disk where none can be mounted.</summary>
    /// <param name="onSmallDisk">Those with a disk of their own, and no others.</param>
    /// <param name="withDouble">Also those that only the double does.</param>
    public CaseNamesAttribute(bool onSmallDisk, bool withDouble)
    {
        (_onSmallDisk, _withDouble) = (onSmallDisk, withDouble);
        Skip = onSmallDisk && !SmallDisk.CanMount ? SmallDisk.Needed : null;
    }

    /// <inheritdoc />
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => FaultSession.Cases
        .Where(c => c.NeedsSmallDisk == _onSmallDisk && (_withDouble || !c.NeedsDouble))
        .Select(c => new object[] { c.Name });
}
