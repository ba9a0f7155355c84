using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>
/// Says when a sink was away for longer than its topics keep their events: what came in between and was trimmed is lost
/// to it. An app notes in its state every minute that it is awake; its replicas share the note.
/// </summary>
internal sealed class RetentionWatch(
    DeliveryHub hub,
    IStateStore state,
    IOptions<SidecarOptions> options,
    SidecarMetrics metrics,
    TimeProvider time,
    ILogger<RetentionWatch> logger) : BackgroundService
{
    /// <summary>Key of the note: when, as a JSON text in ISO 8601.</summary>
    public const string Key = "awake";

    /// <summary>How often it is written.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly IReadOnlyList<Subscription> _sinks = [.. hub.Routes.Select(r => r.Subscription).Where(s => s.IsSink)];
    private bool _isCompared;
    private bool _isTrouble;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_sinks.Count == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            await NoteAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // What was last noted is looked at before it is written over: a store that is away now is looked at later.
    private async Task NoteAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!_isCompared)
            {
                Compare((await state.GetAsync(Key, cancellationToken))?.Value);
                _isCompared = true;
            }

            var now = string.Create(CultureInfo.InvariantCulture, $"\"{time.GetUtcNow():O}\"");
            await state.SetAsync(Key, Encoding.UTF8.GetBytes(now), null, cancellationToken);
            _isTrouble = false;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_isTrouble)
            {
                _isTrouble = true;
                logger.AwakeNotNoted(exception, Interval);
            }
        }
    }

    private void Compare(ReadOnlyMemory<byte>? noted)
    {
        if (noted is null || !TryRead(noted.Value, out var awake))
        {
            return;
        }

        var away = time.GetUtcNow() - awake;
        if (away <= options.Value.Retention)
        {
            return;
        }

        foreach (var sink in _sinks)
        {
            metrics.OutlivedRetention(sink);
            logger.OutlivedRetention(sink.App, away, sink.Topic, options.Value.Retention);
        }
    }

    private static bool TryRead(ReadOnlyMemory<byte> json, out DateTimeOffset awake)
    {
        try
        {
            var reader = new Utf8JsonReader(json.Span);
            reader.Read();
            return reader.TryGetDateTimeOffset(out awake);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Somebody else's; it is written over.
            awake = default;
            return false;
        }
    }
}
