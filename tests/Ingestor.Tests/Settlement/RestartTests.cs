using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Tests.Settlement;

/// <summary>
/// A kill at any moment: every row is settled once in the counts, and what was recorded is not sent again.
/// </summary>
public sealed class RestartTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Kill_AtRandomSteps_SettlesEveryRowOnce(int seed)
    {
        var random = new Random(seed);
        var rows = SimulatedRow.Mixed(15_000, seed);
        var undisturbed = new Simulation(rows, seed).Run(Long).Window.Counts;
        var simulation = new Simulation(rows, seed) { ReorderWithin = 64 };

        while (!simulation.IsFinished)
        {
            simulation.RunStep();
            if (random.Next(4) == 0)
            {
                simulation.Save();
            }

            if (random.Next(40) == 0)
            {
                simulation.Kill();
            }
        }

        Assert.Equal(undisturbed, simulation.Window.Counts);
        Assert.Empty(simulation.PublishedAgain);
    }

    [Fact]
    public void Kill_AtEveryStep_SettlesEveryRowOnce()
    {
        var rows = SimulatedRow.Mixed(1_500, seed: 7);
        var undisturbed = new Simulation(rows).Run(Long).Window.Counts;
        for (var step = 1; step < 40; step++)
        {
            var simulation = new Simulation(rows, seed: step);

            for (var i = 0; i < step; i++)
            {
                simulation.RunStep();
                simulation.Save();
            }

            simulation.RunStep(); // Whatever happens here was not saved.
            simulation.Kill();
            simulation.Run(Long);

            Assert.Equal(undisturbed, simulation.Window.Counts);
            Assert.Empty(simulation.PublishedAgain);
        }
    }

    [Fact]
    public void Kill_WhileTheOldestIsUnsettled_KeepsWhatSettledAboveIt()
    {
        var simulation = new Simulation(SimulatedRow.Posts(1_000)) { Killers = ["p0"] };
        while (simulation.Window.Counts.Settled < 999)
        {
            simulation.RunStep();
        }

        simulation.Save();
        simulation.Kill();
        for (var i = 0; i < 20; i++)
        {
            simulation.RunStep();
        }

        Assert.Equal(999, simulation.Window.Counts.Settled);
        Assert.Equal(2, simulation.Publishes["p0"]);
        Assert.All(Enumerable.Range(1, 999), i => Assert.Equal(1, simulation.Publishes[SimulatedRow.Name(i)]));
    }

    [Fact]
    public void Kill_TwiceWithoutReadingInBetween_KeepsTheSameState()
    {
        var simulation = new Simulation(SimulatedRow.Mixed(9_000, seed: 3)) { Killers = ["p8000"] };
        for (var i = 0; i < 150; i++)
        {
            simulation.RunStep();
        }

        var before = simulation.Window.Save();
        simulation.Save();
        simulation.Kill();

        // Nothing is unsettled yet in the new window; everything else is as it was.
        Assert.Equal(before with { Unsettled = 0 }, simulation.Window.Save());
    }

    [Fact]
    public void Restore_SourceCannotGoOn_CountsWhatWasInFlightAsLost()
    {
        var simulation = new Simulation(SimulatedRow.Posts(5_000)) { ModelIsDown = _ => true };
        for (var i = 0; i < 5; i++)
        {
            simulation.RunStep();
        }

        simulation.Save();
        simulation.Kill(canGoOn: false);

        var counts = simulation.Window.Counts;
        Assert.Equal((1_000, 1_000, 0), (counts.Published, counts.Lost, counts.Settled));
        Assert.Equal(0, simulation.Window.InFlight);
        Assert.Equal(new SourcePosition(0), simulation.Window.ReadFrom);
    }

    [Fact]
    public void Restore_IdRepeatedAfterTheCursor_IsStillKnown()
    {
        var rows = SimulatedRow.Posts(200).Append(new SimulatedRow(new SourcePosition(20_000), "p0")).ToArray();
        var simulation = new Simulation(rows) { ReadPerStep = 100 };
        while (simulation.Window.Counts.Settled < 100)
        {
            simulation.RunStep();
        }

        simulation.Save();
        simulation.Kill();
        simulation.Run(Long);

        Assert.Equal((200, 1), (simulation.Window.Counts.Settled, simulation.Window.Counts.Dropped.Duplicates));
    }
}
