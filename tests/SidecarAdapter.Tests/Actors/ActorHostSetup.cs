using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Actors;

/// <summary>A host of the actor type Counter, whose turns a test brings as the sidecar does.</summary>
public abstract class ActorHostSetup : IAsyncLifetime, IDisposable
{
    private readonly ConcurrentDictionary<string, string> _state = new();

    private protected RecordedLogs Logs { get; } = new();

    private protected FakeSidecar Sidecar { get; private set; } = null!; // set before each test

    public async Task InitializeAsync()
    {
        Sidecar = await FakeSidecar.StartAsync();
        Sidecar.Answer = AnswerAsync;
    }

    public async Task DisposeAsync() => await Sidecar.DisposeAsync();

    public void Dispose()
    {
        Logs.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected static TestActor Echo(IActorContext context) => new((method, body, _) =>
        Text($"{method}:{context.Id}:{Encoding.UTF8.GetString(body.Span)}"));

    private protected static Task<ReadOnlyMemory<byte>> Unknown(string method, ReadOnlyMemory<byte> body, CancellationToken token) =>
        throw new UnknownActorMethodException(method);

    private protected static Task<ReadOnlyMemory<byte>> Text(string text) =>
        Task.FromResult<ReadOnlyMemory<byte>>(Encoding.UTF8.GetBytes(text));

    private protected Task<SidecarHarness> StartAsync(
        Func<IActorContext, IActor> make, ActorLimits? limits = null, (string, string)[]? settings = null) =>
        StartAsync(
            make,
            new ActorRegistration { Type = "Counter", App = "a", Limits = limits ?? new ActorLimits() },
            TimeProvider.System,
            settings);

    private protected Task<SidecarHarness> StartAsync(
        Func<IActorContext, IActor> make,
        ActorRegistration registration,
        TimeProvider time,
        (string, string)[]? settings = null) =>
        SidecarHarness.StartAsync(
            Sidecar.Address,
            Some.Settings(settings ?? []),
            s => s.AddSingleton(time).AddLogging(l => l.AddProvider(Logs))
                .AddSingleton(new ActorBinding(registration, (_, context) => make(context))));

    private protected static async Task<(int Status, string Body)> TurnAsync(SidecarHarness harness, string path, string body = "")
    {
        var (status, answer, _) = await TurnWithHeadersAsync(harness, path, body);
        return (status, answer);
    }

    private protected static async Task<(int Status, string Body, HttpResponseHeaders Headers)>
        TurnWithHeadersAsync(SidecarHarness harness, string path, string body = "")
    {
        using var content = new StringContent(body);
        using var answer = await harness.Http.PutAsync(new Uri(path, UriKind.Relative), content).DefaultTimeout();
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers);
    }

    // State as the sidecar keeps it; everything else is taken.
    private protected async Task AnswerAsync(SeenCall call, HttpContext context)
    {
        if (call.Method == "GET" && _state.TryGetValue(call.Target, out var value))
        {
            await FakeSidecar.WriteAsync(context, 200, value);
            return;
        }

        if (call.Method == "POST" && call.Target.EndsWith("/state", StringComparison.Ordinal))
        {
            using var json = JsonDocument.Parse(call.Body);
            foreach (var operation in json.RootElement.EnumerateArray())
            {
                var request = operation.GetProperty("request");
                var key = $"{call.Target}/{request.GetProperty("key").GetString()}";
                if (operation.GetProperty("operation").GetString() == "delete")
                {
                    _state.TryRemove(key, out _);
                }
                else
                {
                    _state[key] = request.GetProperty("value").GetRawText();
                }
            }
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
