namespace Moodstream.BuildingBlocks.Actors;

/// <summary>
/// An actor's state. Changes are tracked and saved in one transaction when the turn has succeeded; a turn that throws
/// leaves what was there before it.
/// </summary>
public interface IActorState
{
    /// <summary>Reads a value, as changed by this turn.</summary>
    /// <param name="key">A name as <see cref="ActorAddress.IsName"/> takes it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>UTF-8 JSON as written, spacing aside, or null when there is none or its time has passed.</returns>
    /// <exception cref="ArgumentException"><paramref name="key"/> is no name.</exception>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Writes a value.</summary>
    /// <param name="key">A name as <see cref="ActorAddress.IsName"/> takes it.</param>
    /// <param name="value">
    /// UTF-8 JSON, at most <see cref="ActorLimits.MaxStateBytes"/>; not changed afterwards. Dapr reads its numbers as
    /// doubles: keep 64-bit ids in strings.
    /// </param>
    /// <param name="timeToLive">How long it is kept after the save, 1 s or more; null: for ever.</param>
    /// <exception cref="ArgumentException">An argument is out of its range, or the value is no JSON.</exception>
    void Put(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive = null);

    /// <summary>Removes a value; a missing one is no error.</summary>
    /// <param name="key">A name as <see cref="ActorAddress.IsName"/> takes it.</param>
    /// <exception cref="ArgumentException"><paramref name="key"/> is no name.</exception>
    void Remove(string key);
}
