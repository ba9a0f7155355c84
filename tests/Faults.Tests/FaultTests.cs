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
    [RedisTheory]
    [CaseNames(onSmallDisk: false, withDouble: true)]
    [CaseNames(onSmallDisk: true, withDouble: true)]
    [Trait("Speed", "Slow")]
    public Task Run_SomethingGoesWrongWhilePostsFlow_LosesNothing(string name) => session.AssertAsync(name, output.WriteLine);
}

/// <summary>The same with the real sidecar.</summary>
public sealed class DaprdFaultTests(DaprdFaultSession session, ITestOutputHelper output) : IClassFixture<DaprdFaultSession>
{
    [DaprdTheory(controlPlane: true)]
    [CaseNames(onSmallDisk: false, withDouble: false)]
    [CaseNames(onSmallDisk: true, withDouble: false)]
    [Trait("Speed", "Slow")]
    public Task Daprd_SomethingGoesWrongWhilePostsFlow_LosesNothing(string name) => session.AssertAsync(name, output.WriteLine);
}
