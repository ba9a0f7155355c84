using Xunit.Abstractions;

namespace Moodstream.Faults.Tests;

/// <summary>
/// The services as processes, a sidecar beside each, over a real Redis, while one thing after another goes wrong:
/// nothing is lost, nothing counts twice, poison is rejected and nothing else.
/// </summary>
public sealed class FaultTests(FaultSession session, ITestOutputHelper output) : IClassFixture<FaultSession>
{
    /// <summary>The names of the cases of this run.</summary>
    public static TheoryData<string> Cases => [.. FaultSession.Cases.Select(c => c.Name)];

    [RedisTheory]
    [MemberData(nameof(Cases))]
    [Trait("Speed", "Slow")]
    public async Task Run_SomethingGoesWrongWhilePostsFlow_LosesNothing(string name)
    {
        var result = await session.RunAsync(FaultSession.Cases.Single(c => c.Name == name), output.WriteLine);

        Assert.Empty(result.Broken(FaultSession.Posts, FaultSession.MostRecovery));
    }
}
