using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.Tests.Support.BuildingBlocks;

/// <summary>An actor made of delegates; what is absent is refused as unknown.</summary>
public sealed class DelegateActor : IActor
{
    /// <summary>What a call does.</summary>
    public Func<string, ReadOnlyMemory<byte>, CancellationToken, Task<ReadOnlyMemory<byte>>>? OnCall { get; init; }

    /// <summary>What a reminder does.</summary>
    public Func<string, ReadOnlyMemory<byte>, CancellationToken, Task>? OnReminder { get; init; }

    /// <summary>What a timer does.</summary>
    public Func<string, ReadOnlyMemory<byte>, CancellationToken, Task>? OnTimer { get; init; }

    /// <summary>What the last turn does.</summary>
    public Func<Task>? OnDeactivate { get; init; }

    /// <inheritdoc />
    public Task<ReadOnlyMemory<byte>> CallAsync(
        string method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        OnCall?.Invoke(method, body, cancellationToken) ?? throw new UnknownActorMethodException(method);

    /// <inheritdoc />
    public Task RemindAsync(string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        OnReminder?.Invoke(name, data, cancellationToken) ?? throw new UnknownActorMethodException(name);

    /// <inheritdoc />
    public Task TickAsync(string timer, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        OnTimer?.Invoke(timer, data, cancellationToken) ?? throw new UnknownActorMethodException(timer);

    /// <inheritdoc />
    public Task DeactivateAsync(CancellationToken cancellationToken) => OnDeactivate?.Invoke() ?? Task.CompletedTask;
}
