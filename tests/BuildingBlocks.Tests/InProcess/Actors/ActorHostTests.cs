using Microsoft.Extensions.DependencyInjection;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.State;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.BuildingBlocks.Tests.InProcess.Actors;

public sealed class ActorHostTests
{
    private static readonly ActorAddress Actor = new("T", "1");

    private readonly SignallingTimeProvider _time = new();
    private readonly FailingStore _store = new();
    private readonly TaskCompletionSource _entered = new();
    private readonly TaskCompletionSource _release = new();
    private readonly Recorded<string> _did = new();

    [Fact]
    public async Task Call_MoreThanMayWait_IsRefused()
    {
        await using var harness = await StartAsync(new() { MaxWaiting = 2 });
        Task[] calls = [CallAsync(harness, "hold"), CallAsync(harness, "put"), CallAsync(harness, "put")];

        var refused = await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness, "put"));

        Assert.Equal(ActorCallFailure.Unreachable, refused.Failure);
        Assert.Contains("2 calls wait", refused.Message, StringComparison.Ordinal);
        _release.SetResult();
        await Task.WhenAll(calls).DefaultTimeout();
    }

    [Fact]
    public async Task Call_MoreActorsThanMayBeActive_IsRefused()
    {
        await using var harness = await StartAsync(new() { MaxActive = 1 });
        await CallAsync(harness, "put");

        var refused = await Assert.ThrowsAsync<ActorCallException>(
            () => harness.Client.CallAsync(new("T", "2"), "put", default, default).DefaultTimeout());

        Assert.Equal(ActorCallFailure.Unreachable, refused.Failure);
    }

    [Fact]
    public async Task Call_TimesOutBeforeItsTurn_IsNotCarriedOut()
    {
        await using var harness = await StartAsync(new());
        var held = CallAsync(harness, "hold-deaf");
        await _entered.Task.DefaultTimeout();
        var waits = CallAsync(harness, "put");

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(
            ActorCallFailure.TimedOut, (await Assert.ThrowsAsync<ActorCallException>(() => waits)).Failure);
        Assert.Equal(ActorCallFailure.TimedOut, (await Assert.ThrowsAsync<ActorCallException>(() => held)).Failure);
        _release.SetResult();
        Assert.Equal("0", await CallAsync(harness, "get"));
    }

    [Fact]
    public async Task Call_StateCannotBeSaved_FailsAndChangesNothing()
    {
        await using var harness = await StartAsync(new());
        await CallAsync(harness, "put");
        _store.IsFull = true;

        var failed = await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness, "put"));

        Assert.Equal(ActorCallFailure.Failed, failed.Failure);
        Assert.Contains("disk is full", failed.Message, StringComparison.Ordinal);
        _store.IsFull = false;
        Assert.Equal("1", await CallAsync(harness, "get"));
    }

    [Fact]
    public async Task Call_ManyKeysChanged_IsOneWrite()
    {
        await using var harness = await StartAsync(new());

        await CallAsync(harness, "put-many");
        await CallAsync(harness, "get");

        Assert.Equal(1, _store.Writes);
    }

    [Fact]
    public async Task Record_OfANewerVersion_IsRefusedByName()
    {
        await _store.SetAsync("actor/a/T/1", """{"version":9,"state":{}}"""u8.ToArray(), null, default);
        await using var harness = await StartAsync(new());

        var failed = await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness, "get"));

        Assert.Contains("version 9", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"version":1,"state":{"n":{}}}""")]
    [InlineData("""{"version":1,"state":{"n":{"value":1""")]
    [InlineData("""{"state":{}}""")]
    [InlineData("""{"version":1,"reminders":{"r":{}}}""")]
    [InlineData("""{"version":1,"other":1}""")]
    public async Task Record_Damaged_FailsTheCall(string record)
    {
        await _store.SetAsync("actor/a/T/1", System.Text.Encoding.UTF8.GetBytes(record), null, default);
        await using var harness = await StartAsync(new());

        var failed = await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness, "get"));

        Assert.Equal(ActorCallFailure.Failed, failed.Failure);
    }

    [Fact]
    public async Task State_TimeToLivePassed_IsGone()
    {
        await using var harness = await StartAsync(new());
        await CallAsync(harness, "put-for-a-minute");
        Assert.Equal("7", await CallAsync(harness, "get"));

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("0", await CallAsync(harness, "get"));
    }

    [Fact]
    public async Task Reminder_MissedManyTimes_FiresOnceThenInItsPeriod()
    {
        await using (var first = await StartAsync(new()))
        {
            await CallAsync(first, "remind");
        }

        _time.Advance(TimeSpan.FromHours(10));
        await using var second = await StartAsync(new());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await _did.WhenCount(1).DefaultTimeout();
        await CallAsync(second, "get");

        _time.Advance(TimeSpan.FromMinutes(1));

        await _did.WhenCount(2).DefaultTimeout();
        Assert.Equal(["r", "r"], _did.Items);
    }

    [Fact]
    public async Task Reminder_NobodyKnows_IsRemoved()
    {
        await using var harness = await StartAsync(new());
        await CallAsync(harness, "remind-unknown");

        _time.Advance(TimeSpan.FromMinutes(2));

        await _store.Deleted.Task.DefaultTimeout();
    }

    [Fact]
    public async Task Stop_TurnUnderWay_IsWaitedForAndSaved()
    {
        var harness = await StartAsync(new());
        var held = CallAsync(harness, "hold-and-put");
        await _entered.Task.DefaultTimeout();

        var stop = harness.StopAsync();
        _release.SetResult();

        await held;
        await stop.DefaultTimeout();
        Assert.Equal(1, _store.Writes);
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task Stop_TurnThatDoesNotEnd_IsGivenUp()
    {
        var harness = await StartAsync(new() { CallTimeout = TimeSpan.FromMinutes(1) });
        var held = CallAsync(harness, "hold");
        await _entered.Task.DefaultTimeout();

        var stop = harness.StopAsync();
        while (!stop.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(
            ActorCallFailure.Unreachable, (await Assert.ThrowsAsync<ActorCallException>(() => held)).Failure);
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task Metrics_CountTurnsAndUnanswered()
    {
        await using var harness = await StartAsync(new());
        using var metrics = harness.Metrics();

        await CallAsync(harness, "put");
        await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness, "throw"));
        await CallAsync(harness, "put");

        Assert.Equal(2, metrics["moodstream.actors.turns{type=T,kind=call,result=saved}"]);
        Assert.Equal(1, metrics["moodstream.actors.turns{type=T,kind=call,result=discarded}"]);
        Assert.Equal(1, metrics["moodstream.actors.unanswered{type=T,failure=Failed}"]);
        Assert.Equal(1, metrics["moodstream.actors.active{type=T}"]);
    }

    [Fact]
    public async Task AddActor_MadeWithContextAndServices()
    {
        await using var harness = await InProcessHarness.StartAsync(
            new InProcessOptions(),
            services => services.AddActor<Counting>(new ActorRegistration { Type = "T", App = "a" }));

        Assert.Equal("1", await CallAsync(harness, "any"));
    }

    [Fact]
    public async Task Start_RegistrationOutOfRange_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(new() { MaxWaiting = 0 }));

        Assert.Contains("MaxWaiting must be 1 to 4096, not 0", refused.Message, StringComparison.Ordinal);
    }

    private async Task<InProcessHarness> StartAsync(ActorLimits limits) =>
        await InProcessHarness.StartAsync(new InProcessOptions(), services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            services.AddSingleton<IStateStore>(_store);
            services.AddSingleton(new ActorBinding(
                new ActorRegistration { Type = "T", App = "a", Limits = limits, IdleTimeout = TimeSpan.FromDays(1) },
                (_, context) => Make(context)));
        });

    private DelegateActor Make(IActorContext context) => new()
    {
        OnCall = async (method, _, token) =>
        {
            if (method.StartsWith("hold", StringComparison.Ordinal))
            {
                _entered.TrySetResult();
                await _release.Task.WaitAsync(method == "hold-deaf" ? CancellationToken.None : token);
            }

            var n = await context.State.GetAsync("n", token) ?? "0"u8.ToArray();
            switch (method)
            {
                case "put" or "hold-and-put":
                    n = new[] { (byte)(n.Span[0] + 1) };
                    context.State.Put("n", n);
                    break;
                case "put-many":
                    context.State.Put("n", n);
                    context.State.Put("m", n);
                    context.State.Remove("l");
                    break;
                case "put-for-a-minute":
                    context.State.Put("n", "7"u8.ToArray(), TimeSpan.FromMinutes(1));
                    return "7"u8.ToArray();
                case "throw":
                    throw new InvalidOperationException("thrown by the test");
                case "remind":
                    await context.SetReminderAsync(
                        "r", TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), default, token);
                    break;
                case "remind-unknown":
                    await context.SetReminderAsync("u", TimeSpan.FromMinutes(1), null, default, token);
                    break;
            }

            return n;
        },
        OnReminder = (name, _, _) =>
        {
            if (name == "u")
            {
                throw new UnknownActorMethodException(name);
            }

            _did.Add(name);
            return Task.CompletedTask;
        },
    };

    private static async Task<string> CallAsync(InProcessHarness harness, string method) =>
        System.Text.Encoding.UTF8.GetString(
            (await harness.Client.CallAsync(Actor, method, default, default).DefaultTimeout()).Span);

    private sealed class Counting(IActorContext context, TimeProvider time) : IActor
    {
        public Task<ReadOnlyMemory<byte>> CallAsync(
            string method, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
        {
            Assert.NotNull(time);
            return Task.FromResult<ReadOnlyMemory<byte>>(System.Text.Encoding.UTF8.GetBytes(context.Id));
        }
    }

    private sealed class FailingStore : IStateStore
    {
        private readonly InMemoryStateStore _inner = new();

        public bool IsFull { get; set; }

        public int Writes { get; private set; }

        public TaskCompletionSource Deleted { get; } = new();

        public Task<StateEntry?> GetAsync(string key, CancellationToken cancellationToken) =>
            _inner.GetAsync(key, cancellationToken);

        public Task<bool> SetAsync(
            string key, ReadOnlyMemory<byte> value, string? etag, CancellationToken cancellationToken)
        {
            Writes++;
            return IsFull
                ? Task.FromException<bool>(new IOException("the disk is full"))
                : _inner.SetAsync(key, value, etag, cancellationToken);
        }

        public Task<bool> DeleteAsync(string key, string? etag, CancellationToken cancellationToken)
        {
            Deleted.TrySetResult();
            return _inner.DeleteAsync(key, etag, cancellationToken);
        }
    }
}
