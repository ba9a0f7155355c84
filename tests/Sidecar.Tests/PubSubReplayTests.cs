using System.Net;
using System.Text;
using System.Text.Json;
using Moodstream.Sidecar.Tests.Replays;

namespace Moodstream.Sidecar.Tests;

/// <summary>Recordings of publishing and delivery, played against the double.</summary>
public class PubSubReplayTests
{
    [RedisFact]
    public Task Replay_01aStartup_SameCalls() => PubSubReplays.StartupAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task Replay_01aStartupOfTheProcess_SameCalls() => PubSubReplays.StartupAsync(SidecarKind.Process);

    [RedisFact]
    public Task Replay_01bAppLate_SameCalls() => PubSubReplays.AppLateAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task Replay_02aPublish_SameEntries() => PubSubReplays.PublishAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task Replay_03BulkPublish_SameEntries() => PubSubReplays.BulkPublishAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task Replay_04hKill9_SameDeliveries() => PubSubReplays.KillAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task Replay_04hKill9OfTheProcess_SameDeliveries() => PubSubReplays.KillAsync(SidecarKind.Process);

    [RedisFact]
    public Task Replay_04iTwoSidecars_SameDeliveries() => PubSubReplays.TwoSidecarsAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task Replay_07State_SameAnswersAndKeys() => PubSubReplays.StateAsync(SidecarKind.InProcess);
}

/// <summary>Recordings of deliveries in bulk; a class of their own, so that they wait beside the others.</summary>
public class BulkReplayTests
{
    [RedisFact]
    public Task Replay_05aBulkShape_SameDeliveries() => PubSubReplays.BulkShapeAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task Replay_05bBulkAnswers_SameDeliveries() => PubSubReplays.BulkAnswersAsync(SidecarKind.InProcess);

    [RedisFact]
    public Task Replay_05hBulkCrash_SameDeliveries() => PubSubReplays.BulkCrashAsync(SidecarKind.InProcess);
}

/// <summary>The same recordings against the real sidecar.</summary>
public class DaprdPubSubReplayTests
{
    [DaprdFact]
    public Task Daprd_01aStartup_AsRecorded() => PubSubReplays.StartupAsync(SidecarKind.Daprd);

    [DaprdFact]
    public Task Daprd_01bAppLate_AsRecorded() => PubSubReplays.AppLateAsync(SidecarKind.Daprd);

    [DaprdFact]
    public Task Daprd_02aPublish_AsRecorded() => PubSubReplays.PublishAsync(SidecarKind.Daprd);

    [DaprdFact]
    public Task Daprd_03BulkPublish_AsRecorded() => PubSubReplays.BulkPublishAsync(SidecarKind.Daprd);

    [DaprdFact]
    public Task Daprd_04hKill9_AsRecorded() => PubSubReplays.KillAsync(SidecarKind.Daprd);

    [DaprdFact]
    public Task Daprd_04iTwoSidecars_AsRecorded() => PubSubReplays.TwoSidecarsAsync(SidecarKind.Daprd);

    [DaprdFact]
    public Task Daprd_05aBulkShape_AsRecorded() => PubSubReplays.BulkShapeAsync(SidecarKind.Daprd);

    [DaprdFact]
    public Task Daprd_05bBulkAnswers_AsRecorded() => PubSubReplays.BulkAnswersAsync(SidecarKind.Daprd);

    [DaprdFact]
    public Task Daprd_05hBulkCrash_AsRecorded() => PubSubReplays.BulkCrashAsync(SidecarKind.Daprd);

    [DaprdFact]
    public Task Daprd_07State_AsRecorded() => PubSubReplays.StateAsync(SidecarKind.Daprd);
}

/// <summary>What each recording needs beside its listed events.</summary>
internal static class PubSubReplays
{
    public static async Task StartupAsync(SidecarKind kind)
    {
        await using var replay = new Replay("01a-startup-plain", kind);
        await replay.RunAsync("daprd");
    }

    public static async Task AppLateAsync(SidecarKind kind)
    {
        await using var replay = new Replay("01b-startup-app-late", kind) { AppIsLate = true };
        await replay.RunAsync("daprd");
    }

    public static async Task PublishAsync(SidecarKind kind)
    {
        await using var replay = new Replay("02a-publish-single", kind);
        await replay.RunAsync("daprd");
    }

    public static async Task BulkPublishAsync(SidecarKind kind)
    {
        await using var replay = new Replay("03-publish-bulk", kind);
        replay.Bodies[43] = Entries(1000, "");
        replay.Instead[44] = async () =>
        {
            var entries = (object?[])(await replay.Client.CommandAsync("XRANGE", "b21", "-", "+"))!;
            var numbers = entries.Select(e => JsonDocument.Parse((byte[])((object?[])((object?[])e!)[1]!)[1]!).RootElement.GetProperty("data").GetProperty("n").GetInt32());
            Assert.Equal(Enumerable.Range(0, 1000), numbers.Order());
        };
        replay.Before[46] = () => replay.Client.CommandAsync("SET", "b23", "text");
        replay.Instead[48] = async () =>
        {
            var sent = replay.Http.PostAsync(replay.UrlOf("/v1.0/publish/bulk/messages/half"),
                new StringContent(Entries(3000, new string('x', 300)), Encoding.UTF8, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")));
            await Replay.Until(async () => (long)(await replay.Client.CommandAsync("XLEN", "half"))! > 0, "the first entries");
            replay.Redis.Kill();

            using var answer = await sent;
            var body = await answer.Content.ReadAsStringAsync();
            using var json = JsonDocument.Parse(body);
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.Equal("ERR_PUBSUB_PUBLISH_MESSAGE", json.RootElement.GetProperty("errorCode").GetString());
            Assert.InRange(json.RootElement.GetProperty("failedEntries").GetArrayLength(), 1, 2999);
            Assert.Equal(body, answer.Headers.GetValues("Metadata.responsedata").Single());
        };
        await replay.RunAsync("daprd");

        static string Entries(int count, string pad) => "[" + string.Join(',', Enumerable.Range(0, count).Select(n =>
            $$$"""{"entryId":"{{{n}}}","event":{"n":{{{n}}}{{{(pad.Length > 0 ? $",\"pad\":\"{pad}\"" : "")}}}},"contentType":"application/json"}""")) + "]";
    }

    public static async Task KillAsync(SidecarKind kind)
    {
        await using var replay = new Replay("04h-kill9", kind);
        replay.Before[3] = () => PublishEachAsync(replay, "t", Enumerable.Range(0, 4));
        replay.Before[8] = () => replay.StartAsync("daprd");
        await replay.RunAsync("daprd");
    }

    public static async Task TwoSidecarsAsync(SidecarKind kind)
    {
        await using var replay = new Replay("04i-two-sidecars", kind);
        // The sidecars take turns in the order in which they wait: a, b, a, b, until a has no room left.
        replay.Before[3] = async () =>
        {
            await WaitingAsync(1);
            await replay.StartAsync("daprd-b");
        };
        replay.Before[5] = async () =>
        {
            await WaitingAsync(2);
            for (var n = 0; n < 20; n++)
            {
                await replay.PostAsync("/v1.0/publish/messages/t", $$"""{"n":{{n}}}""", "daprd-b");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        };
        await replay.RunAsync("daprd-a");

        Task WaitingAsync(int readers) => Replay.Until(async () =>
            Encoding.UTF8.GetString((byte[])(await replay.Client.CommandAsync("INFO", "clients"))!).Contains($"blocked_clients:{readers}", StringComparison.Ordinal),
            "the readers to wait");
    }

    public static async Task BulkShapeAsync(SidecarKind kind)
    {
        await using var replay = new Replay("05a-bulk-shape", kind);
        replay.Before[21] = async () =>
        {
            for (var n = 0; n < 4; n++)
            {
                await replay.PostAsync($"/v1.0/publish/messages/routed{(n % 2 == 1 ? "?metadata.cloudevent.type=urgent" : "")}", $$"""{"n":{{n}}}""");
            }
        };
        await replay.RunAsync("daprd");
    }

    public static async Task BulkAnswersAsync(SidecarKind kind)
    {
        await using var replay = new Replay("05b-bulk-no-policy", kind);
        foreach (var (number, topic) in replay.Recording.Events.Where(e => e.FromSidecar && e.Number > 2)
            .Select(e => (e.Number, e.Json.GetProperty("request").GetProperty("path").GetString()![1..])))
        {
            replay.Before[number] = () => replay.PublishBulkAsync(topic, 0, 1, 2);
        }

        // Nothing came back, nothing is pending.
        replay.Instead[49] = async () =>
        {
            await replay.CountsAsync(7000, calls: 17);
            foreach (var topic in replay.Recording.Events[48].Json.GetProperty("pending").EnumerateObject().Select(p => p.Name))
            {
                Assert.Empty((object?[])(await replay.Client.CommandAsync("XPENDING", topic, "processor", "-", "+", "10"))!);
            }
        };
        await replay.RunAsync("daprd");
    }

    public static async Task BulkCrashAsync(SidecarKind kind)
    {
        await using var replay = new Replay("05h-bulk-crash", kind);
        replay.Before[4] = () => replay.PublishBulkAsync("t", 0, 1, 2);
        replay.Before[7] = () => replay.PublishBulkAsync("t", 10, 11, 12);
        replay.Before[10] = () => replay.StartAsync("daprd");
        replay.Before[16] = () => replay.PublishBulkAsync("t", 20, 21, 22);
        await replay.RunAsync("daprd");
    }

    public static async Task StateAsync(SidecarKind kind)
    {
        await using var replay = new Replay("07-state", kind);
        await replay.RunAsync("daprd");
    }

    private static async Task PublishEachAsync(Replay replay, string topic, IEnumerable<int> numbers)
    {
        foreach (var n in numbers)
        {
            await replay.PostAsync($"/v1.0/publish/messages/{topic}", $$"""{"n":{{n}}}""");
        }
    }
}
