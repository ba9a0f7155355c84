using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.SidecarAdapter.Tests.Actors;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests;

/// <summary>The token of the app, on every path that a sidecar calls with it.</summary>
public sealed class AppTokenTests : IDisposable
{
    private const string Token = "the-token-of-the-app";

    private readonly RecordedLogs _logs = new();
    private readonly Recorded<IncomingEvent> _received = new();
    private readonly Recorded<string> _turns = new();

    public static TheoryData<string, string> Paths => new()
    {
        { "GET", "/dapr/subscribe" },
        { "GET", "/dapr/config" },
        { "POST", "/events/x" },
        { "POST", "/events/unknown" },
        { "PUT", "/actors/Counter/a1/method/m" },
        { "PUT", "/actors/Counter/a1/method/remind/r" },
        { "PUT", "/actors/Counter/a1/method/timer/t" },
        { "DELETE", "/actors/Counter/a1" },
    };

    public void Dispose() => _logs.Dispose();

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Call_WrongTokenOrNone_Is401AndLeaksNothing(string method, string path)
    {
        await using var harness = await StartAsync();
        string[][] attempts = [[], [""], ["a-wrong-token"], [Token + "x"], [Token, "a-wrong-token"]];

        foreach (var tokens in attempts)
        {
            using var call = new HttpRequestMessage(new HttpMethod(method), path)
            {
                Content = new StringContent(Some.Delivered("1")),
            };
            call.Headers.TryAddWithoutValidation("dapr-api-token", tokens);
            using var answer = await harness.Http.SendAsync(call).DefaultTimeout();

            Assert.Equal(401, (int)answer.StatusCode);
            Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
            Assert.False(answer.Headers.Contains("WWW-Authenticate"));
        }

        Assert.Empty(_received.Items);
        Assert.Empty(_turns.Items);
        Assert.Single(_logs.Lines.Items, l => l.Id == 1048);
        Assert.All(_logs.Lines.Items, l => Assert.DoesNotContain(Token, l.Message, StringComparison.Ordinal));
        Assert.All(_logs.Lines.Items, l => Assert.DoesNotContain("a-wrong-token", l.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_WrongTokenAgainAndAgain_IsSaidOnceAMinute()
    {
        var time = new ManualTimeProvider();
        await using var harness = await StartAsync(time);

        for (var calls = 0; calls < 3; calls++)
        {
            Assert.Equal(401, (await harness.DeliverAsync("/events/x", Some.Delivered("1")).DefaultTimeout()).Status);
            time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Equal(2, _logs.Lines.Items.Count(l => l.Id == 1048));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Call_RightToken_IsNot401(string method, string path)
    {
        await using var harness = await StartAsync();
        using var call = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = new StringContent(Some.Delivered("1")),
        };
        call.Headers.TryAddWithoutValidation("dapr-api-token", Token);

        using var answer = await harness.Http.SendAsync(call).DefaultTimeout();

        Assert.NotEqual(401, (int)answer.StatusCode);
    }

    private Task<SidecarHarness> StartAsync(TimeProvider? time = null) => SidecarHarness.StartAsync(
        Some.NoSidecar,
        Some.Settings(("APP_API_TOKEN", Token)),
        s => s.AddLogging(l => l.AddProvider(_logs)).AddSingleton(time ?? TimeProvider.System).AddSingleton(new ActorBinding(
            new ActorRegistration { Type = "Counter", App = "a" },
            (_, _) => new TestActor((method, _, _) =>
            {
                _turns.Add(method);
                return Task.FromResult(ReadOnlyMemory<byte>.Empty);
            })
            {
                OnReminder = Note,
                OnTimer = Note,
            })),
        Some.Subscriber(_received, "x"));

    private Task Note(string name, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        _turns.Add(name);
        return Task.CompletedTask;
    }
}
