using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Tests.Sources;

public sealed class PacerTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void WaitAsync_AtALowRate_SpacesPostsEvenly()
    {
        var pacer = new Pacer(4, _clock);
        var entered = new List<int>();

        for (var millisecond = 0; millisecond <= 1000; millisecond += 10)
        {
            if (pacer.WaitAsync(CancellationToken.None).IsCompleted)
            {
                pacer.Take();
                entered.Add(millisecond);
            }

            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal([0, 250, 500, 750, 1000], entered);
    }

    [Fact]
    public void WaitAsync_ClockCoarserThanTheInterval_KeepsTheRate()
    {
        var pacer = new Pacer(1000, _clock);
        var entered = 0;

        for (var i = 0; i < 100; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            entered += TakeAll(pacer);
        }

        Assert.InRange(entered, 995, 1005);
    }

    [Fact]
    public void WaitAsync_AfterALongPause_CatchesUpForATenthOfASecondOnly()
    {
        var pacer = new Pacer(100, _clock);
        pacer.Take();
        _clock.Advance(TimeSpan.FromMinutes(1));

        var entered = TakeAll(pacer);

        Assert.InRange(entered, 10, 11);
    }

    [Fact]
    public async Task WaitAsync_PostIsDueLater_WaitsForItsMoment()
    {
        var pacer = new Pacer(4, _clock);
        pacer.Take();

        var wait = pacer.WaitAsync(CancellationToken.None);
        var before = wait.IsCompleted;
        _clock.Advance(TimeSpan.FromMilliseconds(250));

        await wait.DefaultTimeout();
        Assert.False(before);
    }

    [Fact]
    public void WaitAsync_NoRate_NeverWaits()
    {
        var pacer = new Pacer(0, _clock);

        for (var i = 0; i < 1000; i++)
        {
            Assert.True(pacer.WaitAsync(CancellationToken.None).IsCompleted);
            pacer.Take();
        }
    }

    private static int TakeAll(Pacer pacer)
    {
        var taken = 0;
        while (pacer.WaitAsync(CancellationToken.None).IsCompleted)
        {
            pacer.Take();
            taken++;
        }

        return taken;
    }
}
