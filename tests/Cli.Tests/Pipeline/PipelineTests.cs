using Moodstream.BuildingBlocks.InProcess;
using Moodstream.Contracts;

namespace Moodstream.Cli.Tests.Pipeline;

/// <summary>The guarantees, from a file's rows to the counts on the page, over a broker with faults.</summary>
public sealed class PipelineTests
{
    private static readonly string[] SettlingTopics = [Topics.Raw, Topics.Scored, Topics.Rejected];

    [Fact]
    public async Task Run_OneInAThousandLostOnEachTopic_SettlesEveryPost()
    {
        var run = await PipelineRun.RunAsync(new InProcessFaults { Seed = 1, LoseOneIn = Each(1000) });

        Assert.Equal((PipelineRun.Published, PipelineRun.Published, 0), (run.Status.Published, run.Status.Settled, run.Status.Lost));
        Assert.True(run.Status.Republished > 0, "the broker lost nothing: the seed proves nothing");
    }

    [Fact]
    public async Task Run_EverythingDeliveredTwiceAndReordered_CountsEachPostOnce()
    {
        var run = await PipelineRun.RunAsync(
            new InProcessFaults { Seed = 2, RepeatOneIn = Each(1), ReorderWindow = 32 });

        Assert.Equal(PipelineRun.Published, run.Scored.Count);
        Assert.Contains(run.Scored.Values, times => times > 1);
        Assert.Equal((PipelineRun.Published, PipelineRun.Published), (run.Status.Settled, run.Shown));
        Assert.Equal(PipelineRun.Published, run.Counted);
    }

    [Fact]
    public async Task Run_PublishesRefused_LosesNothing()
    {
        var run = await PipelineRun.RunAsync(new InProcessFaults { Seed = 3, RefuseOneIn = Each(20) });

        Assert.Equal((PipelineRun.Published, PipelineRun.Published), (run.Status.Settled, run.Shown));
        Assert.Equal(PipelineRun.Published, run.Counted);
    }

    [Fact]
    public async Task Run_ModelAwayForAWhile_RejectsNothing()
    {
        var run = await PipelineRun.RunAsync(new InProcessFaults { Seed = 4 }, new SimulatedModel(failures: 3));

        Assert.Equal((PipelineRun.Published, 0), (run.Status.Settled, run.Status.Rejected));
    }

    [Fact]
    public async Task Run_OnePostRefused_RejectsItAlone()
    {
        var run = await PipelineRun.RunAsync(new InProcessFaults { Seed = 5 }, new SimulatedModel(poison: 777));

        Assert.Equal((PipelineRun.Published, 1), (run.Status.Settled, run.Status.Rejected));
        Assert.Equal(PipelineRun.Published - 1, run.Scored.Count);
        Assert.DoesNotContain("777", run.Scored.Keys);
    }

    private static Dictionary<string, int> Each(int oneIn) => SettlingTopics.ToDictionary(t => t, _ => oneIn);
}
