using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Moodstream.Sidecar.Calls;

/// <summary>
/// Finds out when the sidecar can be called for the first time. It asks for <c>outbound</c> health, which is good
/// before this program listens; the whole health is not, and to wait for it would be a deadlock (Dapr's contract, 2.8
/// and 2.9; <c>01b-startup-app-late.json</c>).
/// </summary>
internal sealed class SidecarWatch(
    SidecarClient client, IOptions<SidecarOptions> options, TimeProvider time, ILogger<SidecarWatch> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private static readonly SidecarCall Outbound = new()
    {
        Method = HttpMethod.Get,
        Path = "/v1.0/healthz/outbound",
        Limit = CallLimit,
    };

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stopped = new();
    private Task _watching = Task.CompletedTask;

    /// <summary>
    /// Waits until the sidecar has loaded its components and takes calls, or as long as a start may take: then the
    /// caller's own call says what is wrong.
    /// </summary>
    public ValueTask WaitAsync(CancellationToken cancellationToken) =>
        _ready.Task.IsCompleted ? ValueTask.CompletedTask : new ValueTask(WaitLongerAsync(cancellationToken));

    /// <summary>Starts to ask, before any hosted service may want the sidecar.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _watching = WatchAsync();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _stopped.CancelAsync();
        await _watching;
    }

    public void Dispose() => _stopped.Dispose();

    private async Task WaitLongerAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _ready.Task.WaitAsync(options.Value.StartTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Whoever comes next does not wait again.
            _ready.TrySetResult();
        }
    }

    private async Task WatchAsync()
    {
        var started = time.GetTimestamp();
        var isSaid = false;
        try
        {
            for (var pause = FirstPause; await TryAsync() is { } reason; pause = Min(pause * 2, LongestPause))
            {
                if (!isSaid)
                {
                    logger.WaitingForSidecar(client.Address, reason);
                    isSaid = true;
                }

                await Task.Delay(pause, time, _stopped.Token);
            }

            logger.SidecarReady(client.Address, time.GetElapsedTime(started));
        }
        catch (OperationCanceledException)
        {
            // The program stops; whoever waits hears of it by its own token, or tries.
        }
        finally
        {
            _ready.TrySetResult();
        }
    }

    private async Task<string?> TryAsync()
    {
        try
        {
            var reply = await client.SendAsync(Outbound, _stopped.Token);
            return reply.Status is 204 ? null : $"it answered {reply.Shown}";
        }
        catch (SidecarException exception)
        {
            return exception.Message;
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
