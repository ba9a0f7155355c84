using Microsoft.Extensions.Logging.Abstractions;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Ingestor.Publishing;
using Moodstream.Ingestor.Settlement;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Tests.Publishing;

/// <summary>How long the publisher leaves a broker alone.</summary>
public sealed class RawPublisherTests
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private readonly SignallingTimeProvider _clock = new();

    [Fact]
    public async Task Run_BrokerTakesNothing_WaitsLongerEachTime()
    {
        var pauses = await PausesAsync(8, refuse: _ => true);

        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5], pauses.Select(p => p.TotalSeconds));
    }

    [Fact]
    public async Task Run_BrokerTakesSomeOfEachCall_NeverWaitsLonger()
    {
        var pauses = await PausesAsync(6, refuse: index => index == 0);

        Assert.All(pauses, pause => Assert.Equal(Shortest, pause));
    }

    private async Task<IReadOnlyList<TimeSpan>> PausesAsync(int count, Func<int, bool> refuse)
    {
        var options = new IngestorOptions();
        var window = new SharedWindow(new SettlementWindow(options.Rules, _clock));
        for (var row = 0; row < 3000; row++)
        {
            await window.AdmitAsync(new SourcePosition(row), $"p{row}", new byte[8], CancellationToken.None);
        }

        using var stop = new CancellationTokenSource();
        var publisher = new RawPublisher(
            window, new FussyBroker(refuse), options, _clock, NullLogger<RawPublisher>.Instance);
        var running = publisher.RunAsync(stop.Token);
        for (var pause = 1; pause <= count; pause++)
        {
            await _clock.Timers.WhenCount(pause).DefaultTimeout();
            _clock.Advance(_clock.Timers.Items[pause - 1]);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.DefaultTimeout());
        return [.. _clock.Timers.Items.Take(count)];
    }

    private sealed class FussyBroker(Func<int, bool> refuse) : IPublisher
    {
        public Task<IReadOnlyList<PublishResult>> PublishAsync(
            string topic, IReadOnlyList<OutgoingEvent> events, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<PublishResult>>(
                [.. events.Select((e, i) => new PublishResult(e.Id, refuse(i) ? "not now" : null))]);
    }
}
