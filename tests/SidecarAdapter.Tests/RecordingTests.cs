using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Moodstream.Sidecar.Calls;
using Moodstream.Sidecar.Deliveries;
using Moodstream.Sidecar.Publishing;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests;

/// <summary>What a real sidecar sent and answered is read for what it is.</summary>
public sealed partial class RecordingTests
{
    public static TheoryData<string> Singles =>
    [
        "02a-publish-single", "02d-publish-tracing", "04a-single-no-policy", "04j-routing-raw-expired", "04h-kill9",
        "10-metadata-tokens-metrics",
    ];

    public static TheoryData<string> Bulks =>
    [
        "05a-bulk-shape", "05b-bulk-no-policy", "05d-bulk-retry3-dead", "05h-bulk-crash", "05l-bulk-extra",
        "02d-publish-tracing", "10-metadata-tokens-metrics",
    ];

    [Theory]
    [MemberData(nameof(Singles))]
    public void Read_SingleDeliveries_AreEventsWhereTheyHaveAllOfOne(string scenario)
    {
        var deliveries = Recordings.Read(scenario, "daprd->app")
            .Where(e => e.MediaType == "application/cloudevents+json").ToArray();

        foreach (var delivery in deliveries)
        {
            using var json = JsonDocument.Parse(delivery.Body);
            AssertRead(json.RootElement, CloudEventReader.Read(delivery.Body, "t"));
        }

        Assert.True(deliveries.Length > 0 || scenario == "02a-publish-single", "the recording holds deliveries");
    }

    [Theory]
    [MemberData(nameof(Bulks))]
    public void Read_BulkDeliveries_AreTheirEntries(string scenario)
    {
        var deliveries = Recordings.Read(scenario, "daprd->app")
            .Where(e => e.Method == "POST" && e.MediaType == "application/json" && e.Body.Length > 0).ToArray();
        var bulks = 0;
        foreach (var delivery in deliveries)
        {
            using var json = JsonDocument.Parse(delivery.Body);
            if (!json.RootElement.TryGetProperty("entries", out var entries))
            {
                continue;
            }

            bulks++;
            var read = BulkBody.Read(delivery.Body, isWhole: true, out var fault);
            Assert.Null(fault);
            Assert.Equal(entries.EnumerateArray().Select(e => e.GetProperty("entryId").GetString()), read.Select(e => e.Id));
            foreach (var (recorded, entry) in entries.EnumerateArray().Zip(read))
            {
                AssertRead(recorded.GetProperty("event"), CloudEventReader.Read(entry.Event, "t"));
            }
        }

        Assert.NotEqual(0, bulks);
    }

    [Fact]
    public void Read_AnswersToBulkPublishes_HaveTheVerdictOfTheirTable()
    {
        var verdicts = new HashSet<PublishVerdict>();
        string[] scenarios = ["03-publish-bulk", "02b-publish-errors", "03c-publish-too-large"];
        foreach (var exchange in scenarios.SelectMany(s => Recordings.Read(s, "app->daprd"))
            .Where(e => e.Path.Contains("/publish/bulk/", StringComparison.Ordinal)))
        {
            var answer = PublishAnswer.Read(Reply(exchange), EntryIds(exchange));
            verdicts.Add(answer.Verdict);
            Assert.Equal(
                exchange.Status switch
                {
                    204 => PublishVerdict.Taken,
                    400 => PublishVerdict.Unfit,
                    403 or 404 => PublishVerdict.Denied,
                    _ when Encoding.UTF8.GetString(exchange.Answer).Contains("failedEntries", StringComparison.Ordinal) =>
                        PublishVerdict.Partly,
                    _ => PublishVerdict.Unfit,
                },
                answer.Verdict);
            Assert.Equal(exchange.Status == 204, answer.Error is null);
        }

        Assert.Equal(
            [PublishVerdict.Taken, PublishVerdict.Partly, PublishVerdict.Unfit, PublishVerdict.Denied], verdicts.Order());
    }

    [Fact]
    public void Read_AnswersOfTheStateApi_NameTheirError()
    {
        var errors = Recordings.Read("07-state", "app->daprd").Where(e => e.Status >= 400).ToArray();

        Assert.NotEmpty(errors);
        Assert.All(errors, e => Assert.StartsWith("ERR_", Reply(e).ErrorCode, StringComparison.Ordinal));
    }

    // An event of ours has an id, a source, a type, specversion 1.0 and JSON data.
    private static void AssertRead(JsonElement recorded, ReadEvent read)
    {
        var isOurs = recorded.ValueKind is JsonValueKind.Object
            && Text(recorded, "id") is { Length: > 0 } && Text(recorded, "source") is { Length: > 0 }
            && Text(recorded, "type") is { Length: > 0 } && Text(recorded, "specversion") == "1.0"
            && Text(recorded, "datacontenttype") is null or "application/json" && recorded.TryGetProperty("data", out _);

        Assert.Equal(isOurs, read.Fault is null);
        Assert.NotEmpty(read.Event.Id);
        if (isOurs)
        {
            Assert.Equal(Text(recorded, "id"), read.Event.Id);
            Assert.Equal(recorded.GetProperty("data").GetRawText(), Encoding.UTF8.GetString(read.Event.Data.Span));
        }
    }

    private static string? Text(JsonElement recorded, string name) =>
        recorded.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.String ? member.GetString() : null;

    // By their form: some of these bodies are no JSON on purpose.
    private static HashSet<int> EntryIds(RecordedExchange exchange) =>
        [.. EntryId().Matches(Encoding.UTF8.GetString(exchange.Body)).Select(m => int.Parse(m.Groups[1].ValueSpan))];

    [GeneratedRegex("\"entryId\":\"([0-9]+)\"")]
    private static partial Regex EntryId();

    private static SidecarReply Reply(RecordedExchange exchange) => new(
        exchange.Status, exchange.AnswerMediaType, exchange.Answer, IsWhole: true, ETag: null, IsAppError: false);
}
