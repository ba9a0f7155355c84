using System.Text;
using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.Tests.Support.BuildingBlocks;

/// <summary>
/// What any adapter of actors does: calls, turns and state. Derive it once per adapter, as well as
/// <see cref="ActorAlarmContract"/>.
/// </summary>
public abstract class ActorContract
{
    /// <summary>The type every test hosts.</summary>
    protected const string Type = "Contract";

    private static readonly ReadOnlyMemory<byte> Nothing = ReadOnlyMemory<byte>.Empty;

    /// <summary>An id that no other test has.</summary>
    protected string Id { get; } = $"a{Guid.NewGuid():N}";

    /// <summary>The actor of <see cref="Id"/>.</summary>
    protected ActorAddress Actor => new(Type, Id);

    /// <summary>
    /// Starts an adapter that hosts an actor type and takes calls. State and reminders of adapters that the same test
    /// started before are there still.
    /// </summary>
    protected abstract Task<IActorHarness> StartAsync(ActorBinding binding);

    /// <summary>Hosts actors made by a delegate.</summary>
    protected Task<IActorHarness> StartAsync(Func<IActorContext, IActor> make, ActorRegistration? registration = null) =>
        StartAsync(new ActorBinding(registration ?? Registration(), (_, context) => make(context))).DefaultTimeout();

    /// <summary>How the type is hosted unless a test says otherwise.</summary>
    protected static ActorRegistration Registration() => new() { Type = Type, App = "contract" };

    [Fact]
    public async Task Call_Twice_ActivatesOnceAndAnswersEach()
    {
        var activations = 0;
        await using var harness = await StartAsync(_ =>
        {
            Interlocked.Increment(ref activations);
            return new DelegateActor { OnCall = (method, body, _) => Text($"{method}:{Text(body)}") };
        });

        Assert.Equal("m:1", await CallAsync(harness, "m", "1"));
        Assert.Equal("n:2", await CallAsync(harness, "n", "2"));
        Assert.Equal(1, activations);
    }

    [Fact]
    public async Task Call_EmptyBodyAndAnswer_AreEmpty()
    {
        await using var harness = await StartAsync(_ => new DelegateActor
        {
            OnCall = (_, body, _) => body.IsEmpty ? Task.FromResult(Nothing) : Text("not empty"),
        });

        Assert.Equal("", await CallAsync(harness, "m"));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a-b_c~d.e")]
    [InlineData("!$&'()*+,;=:@")]
    [InlineData("\"<>[]^`{}")]
    public async Task Call_IdWithOddCharacters_ReachesThatActor(string id)
    {
        id += Id;
        await using var harness = await StartAsync(context => new DelegateActor
        {
            OnCall = (_, _, _) => Text(context.Id),
        });

        var answer = await harness.Client.CallAsync(new(Type, id), "m", Nothing, default).DefaultTimeout();

        Assert.Equal(id, Text(answer));
    }

    [Fact]
    public async Task Call_ManyAtOnce_OneTurnAtATime()
    {
        var (under, most, turns) = (0, 0, 0);
        await using var harness = await StartAsync(_ => new DelegateActor
        {
            OnCall = async (_, _, _) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref under));
                await Task.Yield();
                turns++;
                Interlocked.Decrement(ref under);
                return Nothing;
            },
        });

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => CallAsync(harness, "m"))).DefaultTimeout();

        Assert.Equal((1, 30), (most, turns));
    }

    [Fact]
    public async Task Call_OtherActorsTurnUnderWay_IsNotHeldUp()
    {
        var release = new TaskCompletionSource();
        await using var harness = await StartAsync(context => new DelegateActor
        {
            OnCall = async (_, _, token) =>
            {
                await (context.Id == Id ? release.Task.WaitAsync(token) : Task.CompletedTask);
                return Nothing;
            },
        });

        var held = CallAsync(harness, "m");
        await harness.Client.CallAsync(new(Type, Id + "2"), "m", Nothing, default).DefaultTimeout();

        Assert.False(held.IsCompleted);
        release.SetResult();
        await held;
    }

    [Fact]
    public async Task Call_UnknownMethod_IsSaidSo()
    {
        await using var harness = await StartAsync(_ => new DelegateActor());

        Assert.Equal(ActorCallFailure.UnknownMethod, (await FailureAsync(harness, "nothing")).Failure);
    }

    [Fact]
    public async Task Call_UnknownType_FailsInTime()
    {
        await using var harness = await StartAsync(_ => new DelegateActor());

        var exception = await Assert.ThrowsAsync<ActorCallException>(
            () => harness.Client.CallAsync(new("NoSuchType", Id), "m", Nothing, default).DefaultTimeout());

        Assert.Contains(exception.Failure, new[] { ActorCallFailure.Unreachable, ActorCallFailure.TimedOut });
    }

    [Fact]
    public async Task Call_TurnTakesTooLong_TimesOutAndNextCallIsAnswered()
    {
        var registration = Registration() with { Limits = new() { CallTimeout = TimeSpan.FromMilliseconds(300) } };
        await using var harness = await StartAsync(
            _ => new DelegateActor
            {
                OnCall = async (method, _, token) =>
                {
                    await (method == "slow" ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token) : Task.CompletedTask);
                    return Nothing;
                },
            },
            registration);

        Assert.Equal(ActorCallFailure.TimedOut, (await FailureAsync(harness, "slow")).Failure);
        Assert.Equal("", await CallAsync(harness, "quick"));
    }

    [Fact]
    public async Task Call_Cancelled_Ends()
    {
        using var cancel = new CancellationTokenSource();
        var entered = new TaskCompletionSource();
        await using var harness = await StartAsync(_ => new DelegateActor
        {
            OnCall = async (_, _, token) =>
            {
                entered.TrySetResult();
                await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, token);
                return Nothing;
            },
        });

        var call = harness.Client.CallAsync(Actor, "m", Nothing, cancel.Token);
        await entered.Task.DefaultTimeout();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.DefaultTimeout());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    public async Task Call_MethodThatIsNoName_Throws(string method)
    {
        await using var harness = await StartAsync(_ => new DelegateActor());

        await Assert.ThrowsAsync<ArgumentException>(() => harness.Client.CallAsync(Actor, method, Nothing, default));
    }

    [Fact]
    public async Task State_NeverWritten_IsNull()
    {
        await using var harness = await StartAsync(Memory);

        Assert.Equal("none", await CallAsync(harness, "get"));
    }

    [Fact]
    public async Task State_Written_SurvivesRestart()
    {
        await using (var first = await StartAsync(Memory))
        {
            await CallAsync(first, "put", """{"a":["ä",1]}""");
        }

        await using var second = await StartAsync(Memory);

        Assert.Equal("""{"a":["ä",1]}""", await CallAsync(second, "get"));
    }

    [Fact]
    public async Task State_WrittenByOneActor_IsNotAnothers()
    {
        await using var harness = await StartAsync(Memory);
        await CallAsync(harness, "put", "1");

        var other = await harness.Client.CallAsync(new(Type, Id + "2"), "get", Nothing, default).DefaultTimeout();

        Assert.Equal("none", Text(other));
    }

    [Fact]
    public async Task State_Removed_IsNullAfterRestart()
    {
        await using (var first = await StartAsync(Memory))
        {
            await CallAsync(first, "put", "1");
            Assert.Equal("none", await CallAsync(first, "remove"));
        }

        await using var second = await StartAsync(Memory);

        Assert.Equal("none", await CallAsync(second, "get"));
    }

    [Fact]
    public async Task State_TurnThrows_IsAsBeforeAndActorIsMadeAnew()
    {
        var activations = 0;
        await using var harness = await StartAsync(context =>
        {
            Interlocked.Increment(ref activations);
            return Memory(context);
        });
        await CallAsync(harness, "put", "1");

        Assert.Equal(ActorCallFailure.Failed, (await FailureAsync(harness, "put-and-throw", "2")).Failure);

        Assert.Equal("1", await CallAsync(harness, "get"));
        Assert.Equal(2, activations);
    }

    [Fact]
    public async Task State_OutsideATurn_Throws()
    {
        IActorContext? kept = null;
        await using var harness = await StartAsync(context => Memory(kept = context));
        await CallAsync(harness, "put", "1");

        Assert.ThrowsAny<InvalidOperationException>(() => kept!.State.Put("s", "2"u8.ToArray()));
    }

    [Theory]
    [InlineData("put", "{")]
    [InlineData("put", "")]
    [InlineData("put", "1 2")]
    [InlineData("put-odd-key", "1")]
    public async Task State_PutOfWhatIsNotTaken_FailsTheTurn(string method, string value)
    {
        await using var harness = await StartAsync(Memory);

        Assert.Equal(ActorCallFailure.Failed, (await FailureAsync(harness, method, value)).Failure);
        Assert.Equal("none", await CallAsync(harness, "get"));
    }

    /// <summary>Calls the actor of <see cref="Id"/>.</summary>
    protected async Task<string> CallAsync(IActorHarness harness, string method, string body = "") =>
        Text(await harness.Client.CallAsync(Actor, method, Encoding.UTF8.GetBytes(body), default).DefaultTimeout());

    /// <summary>An actor that keeps one value: put, get, remove, put-and-throw.</summary>
    protected static IActor Memory(IActorContext context) => new DelegateActor
    {
        OnCall = async (method, body, token) =>
        {
            switch (method)
            {
                case "put":
                    context.State.Put("s", body.ToArray());
                    break;
                case "put-odd-key":
                    context.State.Put("s/#", body.ToArray());
                    break;
                case "remove":
                    context.State.Remove("s");
                    break;
                case "put-and-throw":
                    context.State.Put("s", body.ToArray());
                    throw new InvalidOperationException("thrown by the test");
            }

            return await context.State.GetAsync("s", token) ?? Encoding.UTF8.GetBytes("none");
        },
    };

    private static Task<ReadOnlyMemory<byte>> Text(string text) =>
        Task.FromResult<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes(text));

    private static string Text(ReadOnlyMemory<byte> text) => Encoding.UTF8.GetString(text.Span);

    private async Task<ActorCallException> FailureAsync(IActorHarness harness, string method, string body = "") =>
        await Assert.ThrowsAsync<ActorCallException>(() => CallAsync(harness, method, body));
}
