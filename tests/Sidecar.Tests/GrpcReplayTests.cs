using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Moodstream.Sidecar.Tests.Replays;

namespace Moodstream.Sidecar.Tests;

/// <summary>Recordings of gRPC calls, played against the double.</summary>
public class GrpcReplayTests
{
    [Fact]
    public Task Replay_09bGrpcProxy_SameAnswersAndCalls() => GrpcReplay.RunAsync(SidecarKind.InProcess);
}

/// <summary>The same recordings against the real sidecar.</summary>
public class DaprdGrpcReplayTests
{
    [DaprdFact]
    public Task Daprd_09bGrpcProxy_AsRecorded() => GrpcReplay.RunAsync(SidecarKind.Daprd);
}

/// <summary>09b-invoke-grpc: each recorded call is made, its answer and what the app got of it compared.</summary>
internal sealed partial class GrpcReplay : IAsyncDisposable
{
    private readonly SidecarKind _kind;
    private readonly Recording _recording = Recording.Load("09b-invoke-grpc");
    private readonly RecordedSidecars _sidecars;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, ActivityHeadersPropagator = null });
    private readonly int _port;
    private EchoApp _app;

    private GrpcReplay(SidecarKind kind)
    {
        _kind = kind;
        _sidecars = new(_recording, kind);
        _port = _sidecars.PortOf("<app-port-of-daprd-scorer>");
        _app = new(_port);
    }

    public static async Task RunAsync(SidecarKind kind)
    {
        await using var replay = new GrpcReplay(kind);
        await replay.RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _sidecars.DisposeAsync();
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task RunAsync()
    {
        await _app.StartAsync();
        await _sidecars.StartAsync("daprd-scorer");
        await _sidecars.StartAsync("daprd-caller");
        var client = "caller";
        for (var i = 0; i < _recording.Events.Count; i++)
        {
            var e = _recording.Events[i];
            if (e.Kind == "note")
            {
                switch (e.Text("text"))
                {
                    case "--- app (gRPC server) stopped, sidecars up": await _app.DisposeAsync(); break;
                    case "--- target sidecar killed": await _sidecars.KillAsync("daprd-scorer"); break;
                    case var text when text.StartsWith("--- larger", StringComparison.Ordinal):
                        client = "caller2";
                        await _sidecars.StartAsync("daprd-scorer2");
                        await _sidecars.StartAsync("daprd-caller2");
                        break;
                    default: break;
                }
            }
            else if (e.Direction == "client->daprd")
            {
                var note = e.Json.TryGetProperty("note", out var n) ? n.GetString()! : "";
                if (note == "directly, no sidecar")
                {
                    continue;
                }

                if (note == "app back" && _recording.Events[i - 1].Json.TryGetProperty("note", out var before) && before.GetString() != "app back")
                {
                    _app = new(_port);
                    await _app.StartAsync();
                }

                _app.Calls.Clear();
                await CallAsync(e, note.StartsWith("own single", StringComparison.Ordinal) ? "scorer" : client, note).DefaultTimeout();
                // The double refuses a stream before the app hears of it; the recorded sidecar had let it begin.
                var expected = _recording.Events.Skip(i + 1).TakeWhile(o => o.Direction == "daprd->app").Where(o => _kind == SidecarKind.Daprd || o.Number != 63).ToList();
                Assert.Equal(expected.Select(AsGot).Order(StringComparer.Ordinal), _app.Calls.Select(AsGot).Order(StringComparer.Ordinal));
            }
        }
    }

    private static string AsGot(RecordedEvent e)
    {
        var call = e.Json.GetProperty("call");
        var bytes = call.GetProperty("request_bytes");
        return AsGot(call.GetProperty("method").GetString()!, call.GetProperty("metadata").EnumerateArray().Select(m => (m[0].GetString()!, m[1].GetString()!)),
            bytes.ValueKind == JsonValueKind.Null ? null : bytes.GetInt32(), call.GetProperty("deadline_s").ValueKind == JsonValueKind.Number);
    }

    private static string AsGot(EchoCall call) => AsGot(call.Method, call.Metadata.Where(m => m.Key is not ("te" or "content-type" or "host" or "grpc-timeout"))
        .Select(m => (m.Key, m.Value)), call.Method.EndsWith("Stream", StringComparison.Ordinal) ? null : call.RequestBytes, call.Metadata.ContainsKey("grpc-timeout"));

    private static string AsGot(string method, IEnumerable<(string Name, string Value)> metadata, int? bytes, bool deadline) =>
        $"{method} {string.Join(' ', metadata.Select(m => m.Name == "traceparent" ? "traceparent" : $"{m.Name}={m.Value}").Order(StringComparer.Ordinal))} {bytes} {(deadline ? "with a deadline" : "")}";

    private async Task CallAsync(RecordedEvent e, string sidecar, string note)
    {
        var call = e.Json.GetProperty("call");
        var streams = call.TryGetProperty("messages", out var messages) ? messages.GetInt32() : 1;
        var message = note.StartsWith("app answers ", StringComparison.Ordinal) ? Text(StatusName().Match(note).Value)
            : note.StartsWith("small request", StringComparison.Ordinal) ? Text("5000000")
            : EchoApp.Frame(call.TryGetProperty("request_bytes", out var bytes) ? bytes.GetInt32() : 2);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_sidecars.Grpc($"daprd-{sidecar}"), call.GetProperty("method").GetString()))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([.. Enumerable.Repeat(message, streams).SelectMany(m => m)]),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc");
        request.Headers.TryAddWithoutValidation("te", "trailers");
        foreach (var pair in call.GetProperty("metadata").EnumerateArray())
        {
            request.Headers.TryAddWithoutValidation(pair[0].GetString()!, pair[1].GetString()!.Replace("<traceparent-1>", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", StringComparison.Ordinal));
        }

        // The recorder gave its streams 5 s.
        var timeout = streams > 1 ? 5 : call.GetProperty("timeout_s").ValueKind == JsonValueKind.Number ? call.GetProperty("timeout_s").GetInt32() : 0;
        if (timeout > 0)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", $"{timeout}S");
        }

        using var answer = await _http.SendAsync(request);
        var body = await answer.Content.ReadAsByteArrayAsync();
        var status = answer.TrailingHeaders.Concat(answer.Headers).First(h => h.Key == "grpc-status").Value.First();
        var details = answer.TrailingHeaders.Concat(answer.Headers).FirstOrDefault(h => h.Key == "grpc-message").Value?.First();
        var expected = e.Json.GetProperty("answer");
        Assert.Equal(expected.GetProperty("status").GetString(), EchoApp.NameOf(int.Parse(status, null)));
        if (expected.TryGetProperty("bytes", out var length))
        {
            Assert.Equal(length.GetInt32() + 5, body.Length);
            Assert.Equal("yes", answer.Headers.GetValues("x-server").Single());
        }

        // A client's own words for its deadline are not the sidecar's.
        if (expected.TryGetProperty("details", out var recorded) && recorded.GetString() != "Deadline Exceeded")
        {
            Assert.Equal(Port().Replace(recorded.GetString()!, "<port>"), Port().Replace(Uri.UnescapeDataString(details ?? ""), "<port>"));
        }

        if (expected.TryGetProperty("trailing_metadata", out var trailers))
        {
            Assert.Equal(trailers.GetArrayLength(), answer.TrailingHeaders.TryGetValues("x-trailer", out var own) ? own.Count() : 0);
        }
    }

    private static byte[] Text(string text)
    {
        var frame = EchoApp.Frame(text.Length);
        Encoding.UTF8.GetBytes(text).CopyTo(frame, 5);
        return frame;
    }

    [GeneratedRegex("[A-Z_]{5,}")]
    private static partial Regex StatusName();

    [GeneratedRegex(@"(?<=127\.0\.0\.1:)(\d+|<[^>]+>)")]
    private static partial Regex Port();
}
