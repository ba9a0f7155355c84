using System.Text.Json;
using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.Trends.Tests;

/// <summary>A host of one actor whose state a test sees and writes, and whose timers never tick.</summary>
internal sealed class FakeActorContext : IActorContext, IActorState
{
    public Dictionary<string, ReadOnlyMemory<byte>> Values { get; } = [];

    /// <summary>Names of the timers set, each time.</summary>
    public List<string> Timers { get; } = [];

    public TimeSpan TimerDue { get; private set; }

    public string Id => "id";

    public IActorState State => this;

    // Typed: a bare null would become empty memory.
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken) =>
        new(Values.TryGetValue(key, out var value) ? value : (ReadOnlyMemory<byte>?)null);

    public void Put(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive = null)
    {
        try
        {
            using var json = JsonDocument.Parse(value);
        }
        catch (JsonException exception)
        {
            throw new ArgumentException("JSON is expected", nameof(value), exception);
        }

        Values[key] = value;
    }

    public void Remove(string key) => Values.Remove(key);

    public Task SetReminderAsync(
        string name, TimeSpan due, TimeSpan? period, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    public Task RemoveReminderAsync(string name, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task SetTimerAsync(
        string name, TimeSpan due, TimeSpan? period, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        Timers.Add(name);
        TimerDue = due;
        return Task.CompletedTask;
    }

    public Task RemoveTimerAsync(string name, CancellationToken cancellationToken) => Task.CompletedTask;
}
