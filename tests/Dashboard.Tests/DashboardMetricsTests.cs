using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Moodstream.Contracts;

namespace Moodstream.Dashboard.Tests;

public sealed class DashboardMetricsTests
{
    [Fact]
    public async Task Instruments_CountWhatHappened()
    {
        await using var host = await DashboardHost.StartAsync(options: ("MaxClients", "1"));
        using var sums = new Sums(host.GetRequiredService<IMeterFactory>());

        await host.DeliverAsync(Some.Scored("a"), Some.Scored("a"), Some.Scored("b"));
        await host.DeliverTextAsync(Topics.Scored, "no", "no");
        using var reader = await host.ConnectAsync();
        using var client = host.CreateClient();
        using var refused = await client.GetAsync("/events").DefaultTimeout();

        Assert.Equal(2, sums["moodstream.dashboard.posts"]);
        Assert.Equal(1, sums["moodstream.dashboard.repeats"]);
        Assert.Equal(2, sums["moodstream.dashboard.unreadable"]);
        Assert.Equal(1, sums["moodstream.dashboard.clients"]);
        Assert.Equal(1, sums["moodstream.dashboard.client.refused"]);
    }

    private sealed class Sums : IDisposable
    {
        private readonly ConcurrentDictionary<string, long> _sums = new();
        private readonly MeterListener _listener = new();

        // Meters of other hosts, whose tests run meanwhile, have other factories as their scope.
        public Sums(IMeterFactory meters)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == DashboardMetrics.MeterName && instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
                _sums.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value));
            _listener.Start();
        }

        public long this[string instrument] => _sums.GetValueOrDefault(instrument);

        public void Dispose() => _listener.Dispose();
    }
}
