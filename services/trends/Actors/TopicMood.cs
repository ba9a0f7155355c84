using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Trends.Mood;

namespace Moodstream.Trends.Actors;

/// <summary>
/// One topic's mood. Counts and the memory of repeats are one value, saved once a turn: a call that is repeated, or
/// fails half-way, changes nothing. The rest is <see cref="TopicMoodState"/>, which knows no actors.
/// </summary>
internal sealed class TopicMood(
    IActorContext context,
    IPublisher publisher,
    IOptions<TrendsOptions> options,
    TrendsMetrics metrics,
    TimeProvider time,
    ILogger<TopicMood> logger) : IActor
{
    public const string Type = "TopicMood";

    /// <summary>Counts a <see cref="MoodBatch"/>; answers nothing.</summary>
    public const string AddMethod = "add";

    /// <summary>Answers <see cref="MoodWindows"/>, or nothing when the topic has no posts.</summary>
    public const string ReadMethod = "read";

    public const string StateKey = "mood";

    /// <summary>What could not be read, as it was found; as a text in base64 where it was no JSON.</summary>
    public const string DamagedKey = "mood.damaged";

    private const string Roll = "roll";
    private const string Show = "show";
    private static readonly TimeSpan RollInterval = TimeSpan.FromMinutes(1);

    // Kept from turn to turn: when one fails, this instance goes with it.
    private TopicMoodState? _state;
    private bool _isReminded;
    private long? _showSet; // When its timer was set; null when none is.

    /// <inheritdoc />
    public async Task<ReadOnlyMemory<byte>> CallAsync(
        string method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        switch (method)
        {
            case AddMethod:
                await AddAsync(ReadBatch(body), cancellationToken);
                return default;
            case ReadMethod:
                return await LoadAsync(cancellationToken) is { } state ? Json(state) : default;
            default:
                throw new UnknownActorMethodException(method);
        }
    }

    /// <inheritdoc />
    /// <remarks>Rolls and tests the windows when nothing arrives, until they are empty.</remarks>
    public async Task RemindAsync(string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (name != Roll)
        {
            throw new UnknownActorMethodException(name);
        }

        if (await LoadAsync(cancellationToken) is { } state)
        {
            state.RollTo(time.GetUtcNow());
            if (await LookForShiftsAsync(state, cancellationToken))
            {
                context.State.Put(StateKey, TopicMoodFormat.Write(state));
            }

            await ShowAsync(state, cancellationToken);
        }

        if (_state is null or { IsQuiet: true })
        {
            await context.RemoveReminderAsync(Roll, cancellationToken);
            _isReminded = false;
        }
    }

    /// <inheritdoc />
    public async Task TickAsync(string timer, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        if (timer != Show)
        {
            throw new UnknownActorMethodException(timer);
        }

        _showSet = null;
        if (await LoadAsync(cancellationToken) is { } state)
        {
            await ShowAsync(state, cancellationToken);
        }
    }

    private async Task AddAsync(MoodBatch batch, CancellationToken cancellationToken)
    {
        var state = await LoadAsync(cancellationToken) ?? (_state = new TopicMoodState(batch.Topic));
        var added = state.Add(batch.Posts, time.GetUtcNow());
        metrics.Counted(added, batch.Posts.Count - added);
        if (added == 0)
        {
            return;
        }

        await LookForShiftsAsync(state, cancellationToken);
        context.State.Put(StateKey, TopicMoodFormat.Write(state));
        if (!_isReminded)
        {
            await context.SetReminderAsync(Roll, RollInterval, RollInterval, default, cancellationToken);
            _isReminded = true;
        }

        // A timer ticks once at most: one that is long due is lost.
        if (_showSet is not { } set || time.GetElapsedTime(set) > 2 * options.Value.ShowInterval)
        {
            await context.SetTimerAsync(Show, UntilShow(), null, default, cancellationToken);
            _showSet = time.GetTimestamp();
        }
    }

    // All topics show at the same times, whole intervals of the clock: together they are a few calls, one by one many.
    private TimeSpan UntilShow()
    {
        var interval = options.Value.ShowInterval;
        return interval - TimeSpan.FromTicks(time.GetUtcNow().Ticks % interval.Ticks);
    }

    private async Task<TopicMoodState?> LoadAsync(CancellationToken cancellationToken)
    {
        if (_state is null && await context.State.GetAsync(StateKey, cancellationToken) is { } json)
        {
            try
            {
                _state = TopicMoodFormat.Read(json);
            }
            catch (InvalidDataException exception)
            {
                SetAside(json);
                metrics.Damaged();
                logger.StateDamaged(context.Id, DamagedKey, exception.Message);
            }
        }

        return _state;
    }

    // It never gets better, and posts that wait for it hold up those of all topics.
    private void SetAside(ReadOnlyMemory<byte> damaged)
    {
        try
        {
            context.State.Put(DamagedKey, damaged);
        }
        catch (ArgumentException)
        {
            // No JSON. No state is ever as long as what is cut off here.
            var most = damaged[..Math.Min(damaged.Length, ActorLimits.MaxStateBytes / 2)];
            context.State.Put(DamagedKey, Encoding.UTF8.GetBytes($"\"{Convert.ToBase64String(most.Span)}\""));
        }

        context.State.Remove(StateKey);
    }

    // Published before the turn is saved, under an id that says the same when the turn is repeated: never lost, told
    // once by whoever drops repeats.
    private async Task<bool> LookForShiftsAsync(TopicMoodState state, CancellationToken cancellationToken)
    {
        var tested = state.Shifts.Look(
            state.Topic, time.GetUtcNow(), options.Value.ShiftSignificance, options.Value.ShiftSize, out var shifts);
        foreach (var shift in shifts)
        {
            var results = await publisher.PublishAsync(
                Topics.Shifts,
                [
                    new OutgoingEvent(
                        $"{context.Id}@{(long)shift.Window.TotalSeconds}@{shift.At.ToUnixTimeSeconds()}",
                        JsonSerializer.SerializeToUtf8Bytes(shift, ContractsJson.Wire.MoodShift)),
                ],
                cancellationToken);
            if (results[0].Error is { } error)
            {
                throw new IOException($"a shift of mood was not taken on {Topics.Shifts}: {error}");
            }

            metrics.Shifted();
        }

        return tested;
    }

    // One that is not taken is not missed: the next says all that it did.
    private async Task ShowAsync(TopicMoodState state, CancellationToken cancellationToken)
    {
        var windows = new OutgoingEvent($"{context.Id}@{time.GetUtcNow().UtcTicks}", Json(state));
        var results = await publisher.PublishAsync(Topics.Windows, [windows], cancellationToken);
        if (!results[0].Succeeded)
        {
            metrics.Unpublished();
        }
    }

    private byte[] Json(TopicMoodState state) =>
        JsonSerializer.SerializeToUtf8Bytes(state.Read(time.GetUtcNow()), ContractsJson.Wire.MoodWindows);

    private static MoodBatch ReadBatch(ReadOnlyMemory<byte> body) =>
        JsonSerializer.Deserialize(body.Span, TrendsJson.Wire.MoodBatch)
        ?? throw new InvalidDataException("expected a batch of posts, got null");
}
