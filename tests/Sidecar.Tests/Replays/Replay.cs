using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Moodstream.Tests.Sidecar.Redis;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Sidecar.Tests.Replays;

/// <summary>
/// Plays a recording against a sidecar: the caller's recorded requests are sent, the app gives the recorded answers, and
/// the same calls must come with the same bodies in the same order, Redis holding the same.
/// </summary>
internal sealed partial class Replay : IAsyncDisposable
{
    /// <summary>Calls recorded this close together may come in either order, but for what a sidecar asks its app at the start.</summary>
    private const double TogetherMs = 400;

    /// <summary>The list of failed entries comes as a header too.</summary>
    private static readonly int HeaderKilobytes = 1024;

    private static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(30);
    private readonly Recording _recording;
    private readonly Masks _masks;
    private readonly Dictionary<string, RawApp> _apps = [];
    private readonly RecordedSidecars _sidecars;
    private readonly List<RecordedEvent> _expected;
    private readonly HashSet<int> _came = [];
    private readonly List<string> _deviations = [];
    private readonly List<string> _times = []; // When each call came and was sent, in milliseconds.
    private readonly long _began = Environment.TickCount64;
    private readonly Lock _lock = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null, MaxResponseHeadersLength = HeaderKilobytes }) { Timeout = StepLimit };
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RedisClient? _client;
    private double? _paceBase;

    public Replay(string recording, SidecarKind kind)
    {
        _recording = Recording.Load(recording);
        _sidecars = new(_recording, kind);
        _masks = new(_sidecars.Roles);
        _expected = [.. _recording.Events.Where(e => e.FromSidecar)];
    }

    public RedisServer Redis { get; private set; } = null!; // made by RunAsync

    public Recording Recording => _recording;

    public RedisClient Client => _client!;

    /// <summary>What to do before the event of a number, in place of what the recorder did without listing it.</summary>
    public Dictionary<int, Func<Task>> Before { get; } = [];

    /// <summary>Events not to play, by number, with what to do instead.</summary>
    public Dictionary<int, Func<Task>> Instead { get; } = [];

    /// <summary>Texts in place of bodies that the recording cut.</summary>
    public Dictionary<int, string> Bodies { get; } = [];

    /// <summary>Whether the app listens from the beginning.</summary>
    public bool AppIsLate { get; init; }

    /// <summary>Whether the caller keeps the recorder's pauses, where what happens meanwhile depends on time.</summary>
    public bool Paced { get; init; }

    /// <summary>Calls that are made at once even so: what they come before would otherwise be a matter of milliseconds.</summary>
    public HashSet<int> Hurry { get; } = [];

    public HttpClient Http => _http;

    public string UrlOf(string path, string sidecar = "daprd") => $"http://127.0.0.1:{_sidecars.PortOf($"<{sidecar}-http-port>")}{path}";

    /// <summary>Publishes as the recorder did between listed events, without metadata when in bulk.</summary>
    public Task PublishBulkAsync(string topic, params int[] numbers) => PostAsync($"/v1.0/publish/bulk/messages/{topic}",
        "[" + string.Join(',', numbers.Select(n => $$$"""{"entryId":"{{{n}}}","event":{"n":{{{n}}}},"contentType":"application/json"}""")) + "]");

    public async Task PostAsync(string path, string body, string sidecar = "daprd")
    {
        using var answer = await _http.PostAsync(UrlOf(path, sidecar), new StringContent(body, Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    public Task StartAsync(string name) => _sidecars.StartAsync(name);

    public Task KillAsync(string name) => _sidecars.KillAsync(name);

    /// <summary>Plays everything, then looks for calls too many or too few.</summary>
    /// <param name="first">The sidecars that run from the beginning.</param>
    public async Task RunAsync(params string[] first)
    {
        Redis = await RedisServer.StartAsync();
        _sidecars.Name(Redis.Port, "<redis-port>");
        _client = new(new RedisAddress("127.0.0.1", Redis.Port, 3, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5)));
        foreach (var role in _recording.Sidecars.SelectMany(s => s.Flags).Where(f => f.StartsWith("<app-port-of-", StringComparison.Ordinal)).Distinct())
        {
            var app = new RawApp((request, gone) => AnswerAsync(role, request, gone));
            _apps[role] = app;
            _sidecars.Name(app.Port, role);
            if (!AppIsLate)
            {
                app.Listen();
            }
        }

        _sidecars.StartControlPlane();
        foreach (var name in first)
        {
            await StartAsync(name);
        }

        List<(RecordedEvent Event, Task Task)> underWay = [];
        Dictionary<string, Task<int>> stopping = [];
        var stops = _recording.Events.Where(e => e.Kind == "note").Select(e => (Event: e, Match: Exit().Match(e.Text("text")))).Where(s => s.Match.Success).ToList();
        foreach (var e in _recording.Events)
        {
            // A stop begins before its note, which tells of its end.
            foreach (var (note, match) in stops.Where(s => s.Match.Groups[2].Value == "SIGTERM" && !stopping.ContainsKey($"{s.Event.Number}")
                && s.Event.At - double.Parse(s.Match.Groups[4].Value, CultureInfo.InvariantCulture) <= e.At).ToList())
            {
                await CameAsync(e.Number);
                stopping[$"{note.Number}"] = _sidecars.StopAsync(match.Groups[1].Value);
            }

            underWay = [.. underWay.Where(u => !u.Task.IsCompletedSuccessfully)];
            if (!e.FromSidecar)
            {
                await CameAsync(e.Number);
            }

            if (Before.TryGetValue(e.Number, out var before))
            {
                await before().DefaultTimeout();
                _paceBase = null;
            }

            if (Paced && e.FromCaller && !Hurry.Contains(e.Number))
            {
                await PaceAsync(e);
            }

            if (Instead.TryGetValue(e.Number, out var instead))
            {
                await instead().DefaultTimeout();
                continue;
            }

            if (!e.FromCaller || underWay.TrueForAll(u => u.Event.At + u.Event.Took < e.At))
            {
                // What goes on while a call is out does not wait for the call.
                await Task.WhenAll(underWay.Where(u => u.Event.At + u.Event.Took < e.At).Select(u => u.Task)).DefaultTimeout();
            }

            await StepAsync(e, underWay, stopping, stops);
        }

        await CameAsync(int.MaxValue);
        await Task.WhenAll(underWay.Select(u => u.Task)).DefaultTimeout();
        Assert.True(_deviations.Count == 0, string.Join("\n\n", _deviations));
    }

    public async ValueTask DisposeAsync()
    {
        await _sidecars.DisposeAsync();
        foreach (var app in _apps.Values)
        {
            await app.DisposeAsync();
        }

        _client?.Dispose();
        _http.Dispose();
        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }
    }

    /// <summary>Waits until the app was called as recorded before an event.</summary>
    public async Task CameAsync(int before)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                Assert.True(_deviations.Count == 0, string.Join("\n\n", _deviations));
                if (_expected.TrueForAll(e => e.Number >= before || _came.Contains(e.Number)))
                {
                    return;
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(StepLimit, TimeProvider.System);
            }
            catch (TimeoutException)
            {
                var missing = _expected.First(e => e.Number < before && !_came.Contains(e.Number));
                Assert.Fail($"within {StepLimit.TotalSeconds} s there came no call {missing.Number}: {Expected(missing)}");
            }
        }
    }

    /// <summary>Lets a time pass in which no call may come beyond a number of them.</summary>
    public async Task CountsAsync(int milliseconds, int calls)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
        lock (_lock)
        {
            Assert.True(_deviations.Count == 0, string.Join("\n\n", _deviations));
            Assert.Equal(calls, _came.Count);
        }
    }

    /// <summary>Polls for at most half a minute.</summary>
    public static async Task Until(Func<Task<bool>> holds, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        using var limit = new CancellationTokenSource(StepLimit, TimeProvider.System);
        while (!await holds())
        {
            Assert.False(limit.IsCancellationRequested, $"waited {StepLimit.TotalSeconds} s for {what}");
            await timer.WaitForNextTickAsync();
        }
    }

    private async Task PaceAsync(RecordedEvent e)
    {
        var now = Environment.TickCount64;
        _paceBase ??= now - e.At;
        var wait = _paceBase.Value + e.At - now;
        await Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, wait)), TimeProvider.System);
    }

    private async Task StepAsync(RecordedEvent e, List<(RecordedEvent, Task)> underWay, Dictionary<string, Task<int>> stopping, List<(RecordedEvent Event, Match Match)> stops)
    {
        switch (e.Kind)
        {
            case "http" when e.FromCaller:
                var call = CallAsync(e);
                underWay.Add((e, call));
                if (!_recording.Events.Any(o => o.Number > e.Number && o.At < e.At + e.Took))
                {
                    await call.DefaultTimeout();
                }

                break;
            case "probe" when e.Json.TryGetProperty("status", out var status) && status.ValueKind == System.Text.Json.JsonValueKind.Number:
                await Until(async () =>
                {
                    using var answer = await _http.GetAsync(UrlOf(e.Text("path")));
                    return (int)answer.StatusCode == status.GetInt32() && await answer.Content.ReadAsStringAsync() == e.Text("body");
                }, $"probe {e.Number}: {e.Json}");
                break;
            case "redis":
                await CompareRedisAsync(e);
                break;
            case "note" when e.Text("text") == "app starts listening now":
                foreach (var app in _apps.Values)
                {
                    app.Listen();
                }

                break;
            case "note" when stops.Find(s => s.Event == e) is { Event: not null } stop:
                if (stop.Match.Groups[2].Value == "SIGKILL")
                {
                    await KillAsync(stop.Match.Groups[1].Value).DefaultTimeout();
                }
                else
                {
                    Assert.Equal(stop.Match.Groups[3].Value, $"{await stopping[$"{e.Number}"].DefaultTimeout()}");
                }

                break;
            default:
                break;
        }
    }

    private async Task CallAsync(RecordedEvent e)
    {
        lock (_lock)
        {
            _times.Add($"{e.Number} sent at {Elapsed}");
        }

        var request = e.Raw.GetProperty("request");
        var sidecar = RecordedSidecars.RoleIn(RecordedEvent.Headers(e.Json.GetProperty("request")).First(h => h.Name == "Host").Value);
        using var message = new HttpRequestMessage(new(request.GetProperty("method").GetString()!),
            new Uri($"http://127.0.0.1:{_sidecars.PortOf(sidecar)}{request.GetProperty("path").GetString()}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        var body = Bodies.TryGetValue(e.Number, out var uncut) ? Encoding.UTF8.GetBytes(uncut) : RecordedEvent.Body(request);
        if (body.Length > 0 || message.Method != HttpMethod.Get)
        {
            message.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in RecordedEvent.Headers(request).Where(h => h.Name is not ("Host" or "Content-Length")))
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var answer = await _http.SendAsync(message);
        var recorded = e.Json.GetProperty("response");
        // The client spells well-known names its own way.
        var expected = _masks.Mask($"{recorded.GetProperty("status").GetInt32()}", RecordedEvent.Headers(recorded).Select(h => (h.Name.ToLowerInvariant(), h.Value)), RecordedEvent.Body(recorded));
        var actual = _masks.Mask($"{(int)answer.StatusCode}",
            answer.Headers.Concat<KeyValuePair<string, IEnumerable<string>>>(answer.Content.Headers).SelectMany(h => h.Value.Select(v => (h.Key.ToLowerInvariant(), v))),
            await answer.Content.ReadAsByteArrayAsync());
        Same(expected, actual, $"answer to {e.Number} {request.GetProperty("method")} {request.GetProperty("path")}");
    }

    private async Task CompareRedisAsync(RecordedEvent e)
    {
        var command = e.Text("command");
        if (command.Contains('(', StringComparison.Ordinal))
        {
            return;
        }

        if (command.StartsWith("TTL", StringComparison.Ordinal))
        {
            // Looked at once, as waiting would make a longer one right; a slow machine may have lost some seconds of it.
            var recorded = e.Json.GetProperty("reply").GetInt64();
            var ttl = (long)(await Client.CommandAsync(command.Split(' ').ToArray<object>()))!;
            Assert.InRange(ttl, recorded > 0 ? recorded - 10 : recorded, recorded);
            return;
        }

        // A value with spaces is the last of its command.
        string[] words = command.StartsWith("XADD", StringComparison.Ordinal) ? command.Split(' ', 5) : command.Split(' ');
        // Sorted with the volatile values out of the way; where order counts, there is one line.
        string View(string text) => string.Join('\n', _masks.Mask(text).Split('\n').Order(StringComparer.Ordinal));
        var expected = View(RedisView.Of(command, e.Json.GetProperty("reply")));
        var actual = "";
        try
        {
            await Until(async () =>
            {
                actual = View(RedisView.Of(command, await Client.CommandAsync([.. words])));
                return actual == expected || words[0] == "XADD";
            }, command);
        }
        catch (Xunit.Sdk.FalseException)
        {
            // Shown by the comparison.
        }

        Same(expected, actual, $"{e.Number} {command}");
    }

    private async Task<RawAnswer?> AnswerAsync(string role, RawRequest request, CancellationToken gone)
    {
        var actual = _masks.Mask($"{request.Method} {request.Path}", request.Headers, request.Body);
        RecordedEvent? e;
        string? answer = null;
        System.Text.Json.JsonElement response = default;
        var held = true;
        lock (_lock)
        {
            e = _expected.Find(o => !_came.Contains(o.Number) && ToApp(o) == role && Expected(o) == actual);
            if (e is null)
            {
                _deviations.Add($"{When()}: no such call in the recording, or not so often:\n{actual}\nnext was\n{_expected.Where(o => !_came.Contains(o.Number)).Select(Expected).FirstOrDefault()}");
            }
            else
            {
                if (_expected.Find(o => !_came.Contains(o.Number) && o.At < e.At - Tolerance(o, e)) is { } earlier)
                {
                    _deviations.Add($"{When()}: call {e.Number} came before call {earlier.Number}");
                }

                _came.Add(e.Number);
                _times.Add($"{e.Number} came at {Elapsed}");
                _masks.Unify(_masks.Sorted(RecordedEvent.Body(e.Json.GetProperty("request"))), _masks.Sorted(request.Body));
                held = !e.Json.TryGetProperty("response", out response);
                if (response.ValueKind == System.Text.Json.JsonValueKind.Object)
                {
                    answer = _masks.Actual(response.GetProperty("body").ToString());
                }
            }

            (_changed, var changed) = (new(TaskCreationOptions.RunContinuationsAsynchronously), _changed);
            changed.SetResult();
        }

        if (held)
        {
            // The recorded sidecar died with this call open.
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, gone);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(e!.Took > 50 ? e.Took : 0), TimeProvider.System, gone);
        return answer is null ? null : new(response.GetProperty("status").GetInt32(), [.. RecordedEvent.Headers(response)], Encoding.UTF8.GetBytes(answer));
    }

    private static double Tolerance(RecordedEvent earlier, RecordedEvent later) =>
        AsksAtTheStart(earlier) && AsksAtTheStart(later) && ToApp(earlier) == ToApp(later) ? 0 : TogetherMs;

    private static bool AsksAtTheStart(RecordedEvent e) =>
        e.Json.GetProperty("request").GetProperty("path").GetString()!.StartsWith("/dapr/", StringComparison.Ordinal);

    private static string ToApp(RecordedEvent e) => RecordedEvent.Headers(e.Json.GetProperty("request")).First(h => h.Name == "Host").Value["127.0.0.1:".Length..];

    private string Expected(RecordedEvent e)
    {
        var request = e.Json.GetProperty("request");
        return _masks.Mask($"{request.GetProperty("method").GetString()} {request.GetProperty("path").GetString()}", RecordedEvent.Headers(request), RecordedEvent.Body(request));
    }

    private long Elapsed => Environment.TickCount64 - _began;

    private string When() => $"{Elapsed} ms after the start ({string.Join(", ", _times.TakeLast(10))})";

    private static void Same(string expected, string actual, string what) =>
        Assert.True(expected == actual, $"{what}\n--- recorded\n{expected}\n--- came\n{actual}");

    [GeneratedRegex(@"^(\S+) got (SIGTERM|SIGKILL); exit code (-?\d+) after (\d+) ms")]
    private static partial Regex Exit();
}
