using Xunit.Abstractions;

// Each test has the machine to itself: it counts seconds.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Moodstream.Faults.Tests;

/// <summary>
/// The services as processes, a sidecar beside each, over a real Redis, while one thing after another goes wrong:
/// nothing is lost, nothing counts twice, poison is rejected and nothing else.
/// </summary>
public sealed class FaultTests(DoubleFaultSession session, ITestOutputHelper output) : IClassFixture<DoubleFaultSession>
{
    /// <summary>The names of the cases of this run.</summary>
    public static TheoryData<string> Cases => [.. FaultSession.Cases.Select(c => c.Name)];

    [RedisTheory]
    [MemberData(nameof(Cases))]
    [Trait("Speed", "Slow")]
    public Task Run_SomethingGoesWrongWhilePostsFlow_LosesNothing(string name) => session.AssertAsync(name, output.WriteLine);
}

/// <summary>The same with the real sidecar.</summary>
public sealed class DaprdFaultTests(DaprdFaultSession session, ITestOutputHelper output) : IClassFixture<DaprdFaultSession>
{
    /// <summary>The names of the cases of this run.</summary>
    public static TheoryData<string> Cases => [.. FaultSession.Cases.Where(c => !c.NeedsDouble).Select(c => c.Name)];

    [DaprdTheory(controlPlane: true)]
    [MemberData(nameof(Cases))]
    [Trait("Speed", "Slow")]
    public Task Daprd_SomethingGoesWrongWhilePostsFlow_LosesNothing(string name) => session.AssertAsync(name, output.WriteLine);
}
