namespace Moodstream.Ingestor.Tests.Settlement;

/// <summary>Guarantee 1: every post that entered is settled, whatever dies on the way.</summary>
public sealed class SettlementGuaranteeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_OneInAThousandAcknowledgedAndLostOnEachTopic_LosesNone(int seed)
    {
        var simulation = new Simulation(SimulatedRow.Posts(20_000), seed) { LoseOneIn = 1000 };

        simulation.Run(Long);

        var counts = simulation.Window.Counts;
        Assert.Equal((20_000, 20_000, 0, 0), (counts.Published, counts.Settled, counts.Rejected, counts.Lost));
        Assert.InRange(counts.Republished, 10, 100);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(14)]
    [InlineData(20)]
    [InlineData(30)]
    [InlineData(50)]
    public void Run_DeliveriesAcknowledgedUnseen_SettlesEachWithinHalfAMinute(int readPerStep)
    {
        var simulation = new Simulation(SimulatedRow.Posts(10_000))
        {
            SkipOneIn = 1000,
            ReadPerStep = readPerStep,
            ScoredPerStep = readPerStep * 10 / 7,
        };
        var oldest = TimeSpan.Zero;

        while (!simulation.IsFinished)
        {
            simulation.RunStep();
            oldest = simulation.Window.OldestAge > oldest ? simulation.Window.OldestAge : oldest;
            Assert.True(oldest < TimeSpan.FromSeconds(30), $"{oldest} at {simulation.Now}");
        }

        // The lost ones, and a control each time the window or the end of the source makes a pause.
        Assert.InRange(simulation.Window.Counts.Republished, 10, 15);
    }

    [Fact]
    public void Run_EverythingDeliveredTwice_CountsEachPostOnce()
    {
        var simulation = new Simulation(SimulatedRow.Posts(10_000)) { RepeatAll = true };

        simulation.Run(Long);

        var counts = simulation.Window.Counts;
        Assert.Equal((10_000, 10_000, 0), (counts.Published, counts.Settled, counts.Republished));
    }

    [Fact]
    public void Run_Reordered_SettlesAllAndRepublishesNone()
    {
        var simulation = new Simulation(SimulatedRow.Posts(10_000)) { ReorderWithin = 500 };

        simulation.Run(Long);

        Assert.Equal(10_000, simulation.Window.Counts.Settled);
        Assert.Equal(0, simulation.Window.Counts.Republished);
    }

    [Fact]
    public void Run_PublishesRefused_SettlesAllAndCountsEachPublishedOnce()
    {
        var simulation = new Simulation(SimulatedRow.Posts(5_000)) { RefuseShare = 0.5 };

        simulation.Run(Long);

        var counts = simulation.Window.Counts;
        Assert.Equal((5_000, 5_000, 0), (counts.Published, counts.Settled, counts.Republished));
    }

    [Fact]
    public void Run_ModelDownForAMinute_MakesNoStorm()
    {
        var simulation = new Simulation(SimulatedRow.Posts(20_000), seed: 4)
        {
            ReorderWithin = 128,
            ModelIsDown = now => now >= TimeSpan.FromSeconds(5) && now < TimeSpan.FromSeconds(65),
        };

        simulation.Run(Long);

        // A control when answers pause and a probe with another; the broker's queue answers everything that was waiting.
        Assert.Equal(20_000, simulation.Window.Counts.Settled);
        Assert.InRange(simulation.Window.Counts.Republished, 1, 4);
    }

    [Fact]
    public void Run_ModelDownForHours_RejectsNothing()
    {
        var simulation = new Simulation(SimulatedRow.Posts(6_000), seed: 5)
        {
            ReorderWithin = 128,
            ModelIsDown = now => now >= TimeSpan.FromSeconds(5) && now < TimeSpan.FromHours(1),
        };

        simulation.Run(Long);

        Assert.Equal((6_000, 0), (simulation.Window.Counts.Settled, simulation.Window.Counts.Rejected));
        Assert.InRange(simulation.Window.Counts.Republished, 1, 40);
    }

    [Fact]
    public void Run_ModelSlowerThanThePatience_RepublishesATenthAtMost()
    {
        var simulation = new Simulation(SimulatedRow.Posts(8_000), seed: 6)
        {
            ReorderWithin = 128,
            Step = TimeSpan.FromSeconds(1),
            ScoredPerStep = 10,
        };

        simulation.Run(Long);

        var counts = simulation.Window.Counts;
        Assert.Equal((8_000, 0), (counts.Settled, counts.Rejected));
        Assert.InRange(counts.Republished, 0, (counts.Settled / 10) + 100);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2_500)]
    [InlineData(5_999)]
    public void Run_PostKillsTheClassifier_IsRejectedAsUnscorableAndTheRestGoesOn(int killer)
    {
        var id = SimulatedRow.Name(killer);
        var simulation = new Simulation(SimulatedRow.Posts(6_000)) { Killers = [id] };

        simulation.Run(TimeSpan.FromMinutes(10));

        Assert.Equal((6_000, 1), (simulation.Window.Counts.Settled, simulation.Window.Counts.Rejected));
        Assert.Equal([id], simulation.RejectedHere);

        // Five times while others were answered, at most once while nothing was, and then its rejection.
        Assert.InRange(simulation.Publishes[id], 6, 7);
    }

    [Fact]
    public void Run_ManyPostsKillTheClassifier_AllAreRejected()
    {
        HashSet<string> killers = [.. Enumerable.Range(0, 60).Select(i => SimulatedRow.Name(i * 97))];
        var simulation = new Simulation(SimulatedRow.Posts(6_000)) { Killers = killers, LoseOneIn = 1000 };

        simulation.Run(Long);

        Assert.Equal(6_000, simulation.Window.Counts.Settled);
        Assert.Equal(killers.Order(), simulation.RejectedHere.Order());
    }

    [Fact]
    public void Run_BrokerLosesAllItHolds_RecoversWithinMinutes()
    {
        var simulation = new Simulation(SimulatedRow.Posts(12_000));
        simulation.ModelIsDown = now => now >= TimeSpan.FromSeconds(3) && now < TimeSpan.FromSeconds(10);
        while (simulation.Now < TimeSpan.FromSeconds(9))
        {
            simulation.RunStep();
        }

        simulation.WipeBroker();
        simulation.Run(TimeSpan.FromMinutes(5));

        Assert.Equal((12_000, 0), (simulation.Window.Counts.Settled, simulation.Window.Counts.Rejected));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    public void Run_AllFaultsAtOnce_SettlesEveryRowOnce(int seed)
    {
        var random = new Random(seed);
        var rows = SimulatedRow.Mixed(12_000, seed);
        var expected = new Simulation(rows, seed).Run(Long).Window.Counts;
        var simulation = new Simulation(rows, seed)
        {
            LoseOneIn = 200,
            RepeatAll = true,
            ReorderWithin = 100,
            RefuseShare = 0.05,
            ModelIsDown = now => now.TotalSeconds % 97 > 60,
        };

        while (!simulation.IsFinished)
        {
            Assert.True(simulation.Now < Long, $"seed {seed}: {simulation.Window.InFlight} in flight");
            simulation.RunStep();
            if (random.Next(20) == 0)
            {
                simulation.Save();
            }

            if (random.Next(1_000) == 0)
            {
                simulation.Kill();
            }
        }

        Assert.Equal(expected, simulation.Window.Counts with { Republished = 0 });
    }

    [Fact]
    public void Run_BrokerLosesTheEndOfTheSource_RecoversWithinMinutes()
    {
        var simulation = new Simulation(SimulatedRow.Posts(6_000));
        simulation.ModelIsDown = now => now >= TimeSpan.FromSeconds(3) && now < TimeSpan.FromSeconds(10);
        while (simulation.Now < TimeSpan.FromSeconds(9))
        {
            simulation.RunStep();
        }

        simulation.WipeBroker();
        simulation.Run(TimeSpan.FromMinutes(5));

        Assert.Equal((6_000, 0), (simulation.Window.Counts.Settled, simulation.Window.Counts.Rejected));
    }

    [Fact]
    public void Run_OldestUnanswered_PausesTheSourceAtTheWindow()
    {
        var simulation = new Simulation(SimulatedRow.Posts(20_000)) { Killers = ["p0"] };

        while (simulation.Now < TimeSpan.FromSeconds(20))
        {
            simulation.RunStep();
        }

        Assert.True(simulation.WindowFullSteps > 0);
        Assert.Equal(Simulation.Rules.Window, simulation.Window.Counts.Published);
        Assert.Equal(1, simulation.Window.InFlight);
    }
}
