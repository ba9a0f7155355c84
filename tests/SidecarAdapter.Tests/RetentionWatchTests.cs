using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.BuildingBlocks.State;
using Moodstream.Sidecar.Deliveries;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests;

/// <summary>A sink that was away for longer than its topics keep events says so.</summary>
public sealed class RetentionWatchTests : IDisposable
{
    private readonly SignallingTimeProvider _clock = new();
    private readonly Note _state = new();
    private readonly RecordedLogs _logs = new();

    [Fact]
    public async Task Start_AwayForLongerThanTheRetention_SaysSoOnce()
    {
        await RunAsync();
        _clock.Advance(TimeSpan.FromHours(25));

        await RunAsync();
        await RunAsync();

        var said = Assert.Single(Said());
        Assert.Equal(
            "a was away for 1.01:00:00, longer than the 1.00:00:00 for which t keeps its events: what was trimmed meanwhile is lost to it",
            said);
    }

    [Fact]
    public async Task Start_AwayForAsLongAsTheRetention_SaysNothing()
    {
        await RunAsync();
        _clock.Advance(TimeSpan.FromHours(24));

        await RunAsync();

        Assert.Empty(Said());
    }

    [Fact]
    public async Task Run_Awake_NotesItEveryMinute()
    {
        await using var app = await StartAsync();
        await _state.Written.WhenCount(1).DefaultTimeout();

        _clock.Advance(RetentionWatch.Interval);
        await _state.Written.WhenCount(2).DefaultTimeout();

        Assert.Equal(["\"2026-01-02T03:04:05.0000000+00:00\"", "\"2026-01-02T03:05:05.0000000+00:00\""], _state.Written.Items);
    }

    [Theory]
    [InlineData("{\"not\":\"ours\"}")]
    [InlineData("\"yesterday\"")]
    [InlineData("{")]
    public async Task Start_NoteOfSomebodyElse_IsWrittenOver(string note)
    {
        _state.Written.Add(note);

        await RunAsync();

        Assert.Empty(Said());
        Assert.StartsWith("\"2026-", _state.Written.Items[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_NoSink_NotesNothing()
    {
        await using (await StartAsync(isSink: false))
        {
        }

        Assert.Empty(_state.Written.Items);
    }

    public void Dispose() => _logs.Dispose();

    private IEnumerable<string> Said() => _logs.Lines.Items.Select(l => l.Message)
        .Where(m => m.Contains("keeps its events", StringComparison.Ordinal));

    // Until it has noted that it is awake.
    private async Task RunAsync()
    {
        var before = _state.Written.Items.Count;
        await using var app = await StartAsync();
        await _state.Written.WhenCount(before + 1).DefaultTimeout();
    }

    private Task<SidecarHarness> StartAsync(bool isSink = true)
    {
        var subscriber = Some.Subscriber(_ => EventOutcome.Processed);
        return SidecarHarness.StartAsync(
            Some.NoSidecar,
            null,
            services => services.AddSingleton<TimeProvider>(_clock).AddSingleton<IStateStore>(_state).AddSingleton<ILoggerProvider>(_logs),
            subscriber with { Subscription = subscriber.Subscription with { IsSink = isSink } });
    }

    /// <summary>A state of one key.</summary>
    private sealed class Note : IStateStore
    {
        public Recorded<string> Written { get; } = new();

        public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken)
        {
            Assert.Equal(RetentionWatch.Key, key);
            return Task.FromResult<StateEntry?>(
                Written.Items is [.., var last] ? new StateEntry(Encoding.UTF8.GetBytes(last), "1") : null);
        }

        public Task<bool> SetAsync(string key, ReadOnlyMemory<byte> value, string? etag, CancellationToken cancellationToken)
        {
            Written.Add(Encoding.UTF8.GetString(value.Span));
            return Task.FromResult(true);
        }

        public Task<bool> DeleteAsync(string key, string? etag, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
