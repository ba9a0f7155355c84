using System.Text;
using System.Threading.Channels;
using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.Tests.Support.BuildingBlocks;

/// <summary>What any adapter of actors does: reminders, timers and deactivation. Runs on the system's clock.</summary>
public abstract class ActorAlarmContract
{
    private const string Type = "Contract";
    private const string Deactivated = "deactivated";

    private static readonly ReadOnlyMemory<byte> Nothing = ReadOnlyMemory<byte>.Empty;
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly string _id = $"a{Guid.NewGuid():N}";
    private readonly Channel<string> _fired = Channel.CreateUnbounded<string>();

    /// <summary>As <see cref="ActorContract"/>'s.</summary>
    protected abstract Task<IActorHarness> StartAsync(ActorBinding binding);

    [Fact]
    public async Task Reminder_Once_FiresOnceWithItsData()
    {
        await using var harness = await StartAsync((context, token) =>
            context.SetReminderAsync("r", Soon, null, """{"a":"ä"}"""u8.ToArray(), token));

        await CallAsync(harness, "set");

        Assert.Equal("""r:{"a":"ä"}""", await FiredAsync());
    }

    [Fact]
    public async Task Reminder_WithPeriod_FiresUntilRemoved()
    {
        await using var harness = await StartAsync((context, token) =>
            context.SetReminderAsync("r", Soon, Second, Nothing, token));
        await CallAsync(harness, "set");

        Assert.Equal("r:", await FiredAsync());
        Assert.Equal("r:", await FiredAsync());
        await CallAsync(harness, "remove");
    }

    [Fact]
    public async Task Reminder_SetBeforeARestart_FiresWithoutACall()
    {
        Func<IActorContext, CancellationToken, Task> set = (context, token) =>
            context.SetReminderAsync("r", Second, null, "1"u8.ToArray(), token);
        await using (var first = await StartAsync(set))
        {
            await CallAsync(first, "set");
        }

        await using var second = await StartAsync(set);

        Assert.Equal("r:1", await FiredAsync());
    }

    [Fact]
    public async Task Reminder_TurnThrows_FiresAgain()
    {
        await using var harness = await StartAsync(
            (context, token) => context.SetReminderAsync("r", Soon, null, Nothing, token), failures: 1);
        await CallAsync(harness, "set");

        Assert.Equal("failed", await FiredAsync());
        Assert.Equal("r:", await FiredAsync());
    }

    [Fact]
    public async Task Reminder_ChangesState_IsSaved()
    {
        await using var harness = await StartAsync((context, token) =>
            context.SetReminderAsync("r", Soon, null, Nothing, token));
        await CallAsync(harness, "set");
        await FiredAsync();

        Assert.Equal("1", await CallAsync(harness, "fired"));
    }

    [Fact]
    public async Task Timer_FiresWithItsData()
    {
        await using var harness = await StartAsync((context, token) =>
            context.SetTimerAsync("t", Soon, null, "2"u8.ToArray(), token));

        await CallAsync(harness, "set");

        Assert.Equal("timer t:2", await FiredAsync());
    }

    [Fact]
    public async Task Idle_Deactivates()
    {
        await using var harness = await StartAsync((_, _) => Task.CompletedTask);

        await CallAsync(harness, "set");

        await DeactivatedAsync();
        Assert.Equal("0", await CallAsync(harness, "fired"));
    }

    [Fact]
    public async Task Stop_Deactivates()
    {
        await using (var harness = await StartAsync((_, _) => Task.CompletedTask, idle: TimeSpan.FromHours(1)))
        {
            await CallAsync(harness, "set");
        }

        await DeactivatedAsync();
    }

    private Task<IActorHarness> StartAsync(
        Func<IActorContext, CancellationToken, Task> set, int failures = 0, TimeSpan? idle = null) =>
        StartAsync(new ActorBinding(
            new ActorRegistration { Type = Type, App = "contract", IdleTimeout = idle ?? TimeSpan.FromSeconds(4) },
            (_, context) => new DelegateActor
            {
                OnCall = (method, _, token) => CalledAsync(context, method, set, token),
                OnReminder = async (name, data, _) =>
                {
                    if (failures-- > 0)
                    {
                        _fired.Writer.TryWrite("failed");
                        throw new InvalidOperationException("thrown by the test");
                    }

                    context.State.Put("fired", "1"u8.ToArray());
                    _fired.Writer.TryWrite($"{name}:{Encoding.UTF8.GetString(data.Span)}");
                },
                OnTimer = (timer, data, _) =>
                {
                    _fired.Writer.TryWrite($"timer {timer}:{Encoding.UTF8.GetString(data.Span)}");
                    return Task.CompletedTask;
                },
                OnDeactivate = () =>
                {
                    _fired.Writer.TryWrite(Deactivated);
                    return Task.CompletedTask;
                },
            })).DefaultTimeout();

    private static async Task<ReadOnlyMemory<byte>> CalledAsync(
        IActorContext context,
        string method,
        Func<IActorContext, CancellationToken, Task> set,
        CancellationToken cancellationToken)
    {
        switch (method)
        {
            case "set":
                await set(context, cancellationToken);
                break;
            case "remove":
                await context.RemoveReminderAsync("r", cancellationToken);
                await context.RemoveTimerAsync("t", cancellationToken);
                break;
        }

        return await context.State.GetAsync("fired", cancellationToken) ?? "0"u8.ToArray();
    }

    // Adapters deactivate when they like; the tests of reminders and timers take no notice.
    private async Task<string> FiredAsync()
    {
        while (true)
        {
            if (await _fired.Reader.ReadAsync().AsTask().DefaultTimeout() is var fired and not Deactivated)
            {
                return fired;
            }
        }
    }

    private async Task DeactivatedAsync() =>
        Assert.Equal(Deactivated, await _fired.Reader.ReadAsync().AsTask().DefaultTimeout());

    private async Task<string> CallAsync(IActorHarness harness, string method) => Encoding.UTF8.GetString(
        (await harness.Client.CallAsync(new(Type, _id), method, Nothing, default).DefaultTimeout()).Span);
}
