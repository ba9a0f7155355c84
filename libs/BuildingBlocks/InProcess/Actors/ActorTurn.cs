using System.Collections.Immutable;
using System.Text.Json;
using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.BuildingBlocks.InProcess.Actors;

/// <summary>What one turn has changed so far. Alive during its turn only.</summary>
internal sealed class ActorTurn(ActorRecord before, TimeProvider time) : IActorState
{
    private readonly ActorRecord _before = before;
    private bool _over;

    /// <summary>The record as this turn leaves it, if it succeeds.</summary>
    public ActorRecord Draft { get; private set; } = before;

    public bool HasChanges => !ReferenceEquals(Draft, _before);

    public void End() => _over = true;

    /// <inheritdoc />
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        ThrowIfOver();
        ActorAddress.Check(key, nameof(key), "a state key");

        // Typed: a bare null would become empty memory.
        ReadOnlyMemory<byte>? none = null;
        return new(Draft.State.TryGetValue(key, out var value) && value.LivesAt(time.GetUtcNow()) ? value.Json : none);
    }

    /// <inheritdoc />
    public void Put(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive = null)
    {
        ThrowIfOver();
        ActorAddress.Check(key, nameof(key), "a state key");
        CheckJson(value, ActorLimits.MaxStateBytes, nameof(value));
        if (timeToLive < TimeSpan.FromSeconds(1))
        {
            throw new ArgumentException($"a time to live is 1 s or more, not {timeToLive}", nameof(timeToLive));
        }

        Draft = Draft with { State = Draft.State.SetItem(key, new(value, time.GetUtcNow() + timeToLive)) };
    }

    /// <inheritdoc />
    public void Remove(string key)
    {
        ThrowIfOver();
        ActorAddress.Check(key, nameof(key), "a state key");
        var state = Draft.State.Remove(key);
        Draft = ReferenceEquals(state, Draft.State) ? Draft : Draft with { State = state };
    }

    public void SetReminder(string name, ActorAlarm reminder)
    {
        ThrowIfOver();
        Draft = Draft with { Reminders = WithAlarm(Draft.Reminders, name, reminder) };
    }

    public void RemoveReminder(string name)
    {
        ThrowIfOver();
        var reminders = Draft.Reminders.Remove(name);
        Draft = ReferenceEquals(reminders, Draft.Reminders) ? Draft : Draft with { Reminders = reminders };
    }

    public void ThrowIfOver()
    {
        if (_over)
        {
            throw new InvalidOperationException("an actor's state, reminders and timers are its turn's: the turn is over");
        }
    }

    public static ImmutableDictionary<string, ActorAlarm> WithAlarm(
        ImmutableDictionary<string, ActorAlarm> alarms, string name, ActorAlarm alarm)
    {
        var changed = alarms.SetItem(name, alarm);
        return changed.Count <= ActorLimits.MaxReminders
            ? changed
            : throw new InvalidOperationException(
                $"an actor has at most {ActorLimits.MaxReminders} reminders, and as many timers; '{name}' is one more");
    }

    /// <summary>Refuses what is no JSON: Dapr would, and keeps values as JSON.</summary>
    public static void CheckJson(ReadOnlyMemory<byte> json, int mostBytes, string parameter)
    {
        if (json.Length > mostBytes)
        {
            throw new ArgumentException($"at most {mostBytes} bytes are taken, not {json.Length}", parameter);
        }

        try
        {
            var reader = new Utf8JsonReader(json.Span);
            reader.Read();
            reader.Skip();
            if (reader.Read())
            {
                throw new ArgumentException("one JSON value is expected, not several", parameter);
            }
        }
        catch (JsonException exception)
        {
            throw new ArgumentException($"UTF-8 JSON is expected: {exception.Message}", parameter, exception);
        }
    }
}
