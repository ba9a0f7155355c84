using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.SidecarAdapter.Tests.Actors;

/// <summary>An actor written where it is used.</summary>
internal sealed class TestActor(
    Func<string, ReadOnlyMemory<byte>, CancellationToken, Task<ReadOnlyMemory<byte>>> call) : IActor
{
    public Func<string, ReadOnlyMemory<byte>, CancellationToken, Task>? OnReminder { get; init; }

    public Func<string, ReadOnlyMemory<byte>, CancellationToken, Task>? OnTimer { get; init; }

    public Func<Task>? OnDeactivate { get; init; }

    public Task<ReadOnlyMemory<byte>> CallAsync(
        string method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        call(method, body, cancellationToken);

    public Task RemindAsync(string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        OnReminder?.Invoke(name, data, cancellationToken) ?? throw new UnknownActorMethodException(name);

    public Task TickAsync(string timer, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        OnTimer?.Invoke(timer, data, cancellationToken) ?? throw new UnknownActorMethodException(timer);

    public Task DeactivateAsync(CancellationToken cancellationToken) => OnDeactivate?.Invoke() ?? Task.CompletedTask;
}
