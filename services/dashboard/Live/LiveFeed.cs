using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Live;

/// <summary>
/// The beat all event streams share: wakes them when there are new entries, changed counts, or nothing for so long that
/// a heartbeat is due. The counts' JSON is made here, once for all clients.
/// </summary>
internal sealed class LiveFeed(MoodBoard board, IOptions<DashboardOptions> options, TimeProvider clock)
    : BackgroundService
{
    private readonly DashboardOptions _options = options.Value;
    private readonly PeriodicTimer _timer = new(options.Value.FlushInterval, clock);

    // Written by the loop alone, read by the streams.
    private volatile TaskCompletionSource _next = NewBeat();
    private volatile StatsFrame _stats = new(0, []);

    // Touched by the loop alone.
    private long _newestSent;
    private long _lastBeatAt = clock.GetTimestamp();
    private long _lastStatsAt = clock.GetTimestamp();

    /// <summary>Names this life of the dashboard; see <see cref="EventId"/>.</summary>
    public string Run { get; } = RandomNumberGenerator.GetHexString(8, lowercase: true);

    /// <summary>Completes at the next beat. Take it before looking at the board: no change falls in between.</summary>
    public Task NextBeat => _next.Task;

    /// <summary>The newest counts.</summary>
    public StatsFrame Stats => _stats;

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _timer.WaitForNextTickAsync(stoppingToken))
            {
                Tick();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void Tick()
    {
        var newest = board.Newest;
        var changed = newest != _newestSent;
        _newestSent = newest;
        if (clock.GetElapsedTime(_lastStatsAt) >= _options.StatsInterval)
        {
            _lastStatsAt = clock.GetTimestamp();
            changed |= RefreshStats();
        }

        if (changed || clock.GetElapsedTime(_lastBeatAt) >= _options.HeartbeatInterval)
        {
            _lastBeatAt = clock.GetTimestamp();
            var beat = _next;
            _next = NewBeat();
            beat.SetResult();
        }
    }

    private bool RefreshStats()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(board.ReadState(), DashboardJson.Wire.BoardState);
        if (json.AsSpan().SequenceEqual(_stats.Json))
        {
            return false;
        }

        _stats = new StatsFrame(_stats.Version + 1, json);
        return true;
    }

    // A stream's work must not run on the loop that wakes it.
    private static TaskCompletionSource NewBeat() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Counts as JSON.</summary>
/// <param name="Version">Higher for newer ones.</param>
/// <param name="Json">A <see cref="BoardState"/>.</param>
internal sealed record StatsFrame(long Version, byte[] Json);
