using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Trends.Actors;

namespace Moodstream.Trends.Tests;

/// <summary>Turns of one actor whose host does what no good one does.</summary>
public sealed class TopicMoodTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ManualTimeProvider _time = new();
    private readonly FakeActorContext _context = new();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Add_StateIsNoJson_KeepsItAsTextAndCountsAnew()
    {
        _context.Values[TopicMood.StateKey] = """{"version":2,"topic":"cof"""u8.ToArray();

        await AddAsync(Actor(), "1");

        using var kept = JsonDocument.Parse(_context.Values[TopicMood.DamagedKey]);
        Assert.Equal("""{"version":2,"topic":"cof""", Encoding.UTF8.GetString(kept.RootElement.GetBytesFromBase64()));
        Assert.Contains("\"total\":1,", Encoding.UTF8.GetString(_context.Values[TopicMood.StateKey].Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_TimerNeverTicks_IsSetAgainOnceItIsLongDue()
    {
        var actor = Actor();
        foreach (var seconds in (double[])[0, 1, 1, 0.1, 1])
        {
            _time.Advance(TimeSpan.FromSeconds(seconds));
            await AddAsync(actor, $"{_time.GetTimestamp()}");
        }

        Assert.Equal(["show", "show"], _context.Timers);
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(300, 700)]
    [InlineData(999, 1)]
    public async Task Add_FirstPost_ShowsAtTheNextWholeIntervalOfTheClock(int millisecondsPast, int millisecondsLeft)
    {
        _time.Advance(TimeSpan.FromMilliseconds(millisecondsPast));

        await AddAsync(Actor(), "1");

        Assert.Equal(TimeSpan.FromMilliseconds(millisecondsLeft), _context.TimerDue);
    }

    private TopicMood Actor() => new(
        _context,
        new NoPublisher(),
        Options.Create(new TrendsOptions()),
        new TrendsMetrics(_services.GetRequiredService<IMeterFactory>()),
        _time,
        NullLogger<TopicMood>.Instance);

    private async Task AddAsync(TopicMood actor, string id) => await actor.CallAsync(
        TopicMood.AddMethod,
        JsonSerializer.SerializeToUtf8Bytes(new MoodBatch("coffee", [Some.Entry(id, _time.GetUtcNow())]), TrendsJson.Wire.MoodBatch),
        CancellationToken.None);

    private sealed class NoPublisher : IPublisher
    {
        public Task<IReadOnlyList<PublishResult>> PublishAsync(
            string topic, IReadOnlyList<OutgoingEvent> events, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"nothing is published to {topic}");
    }
}
