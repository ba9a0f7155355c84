using System.Text.Json;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Deliveries;

public sealed class BulkDeliveryTests
{
    private readonly Recorded<string[]> _batches = new();

    [Fact]
    public async Task Deliver_Batch_AnswersEachEntryByItsId()
    {
        await using var harness = await StartAsync(Take(id => id == "2" ? EventOutcome.Retry : EventOutcome.Processed));

        var (status, answer) = await harness.DeliverAsync(
            "/events/t", Some.Bulk(("e1", Some.Delivered("1")), ("e2", Some.Delivered("2"))), bulk: true).DefaultTimeout();

        Assert.Equal(200, status);
        Assert.Equal(
            """{"statuses":[{"entryId":"e1","status":"SUCCESS"},{"entryId":"e2","status":"RETRY"}]}""", answer);
    }

    [Fact]
    public async Task Deliver_NoEntries_AnswersNoneWithoutAskingTheHandler()
    {
        await using var harness = await StartAsync(Take());

        Assert.Equal(
            (200, """{"statuses":[]}"""), await harness.DeliverAsync("/events/t", Some.Bulk(), bulk: true).DefaultTimeout());

        Assert.Empty(_batches.Items);
    }

    [Fact]
    public async Task Deliver_OneThousandEntries_AreHandledInBatchesOfTheSizeAskedFor()
    {
        await using var harness = await StartAsync(Take());
        var body = Some.Bulk([.. Enumerable.Range(0, 1000).Select(i => ($"e{i}", Some.Delivered($"p{i}")))]);

        var statuses = Statuses((await harness.DeliverAsync("/events/t", body, bulk: true).DefaultTimeout()).Answer);

        Assert.Equal(1000, statuses.Count(s => s.Status == "SUCCESS"));
        Assert.Equal(Enumerable.Repeat(100, 10), _batches.Items.Select(b => b.Length));
    }

    [Fact]
    public async Task Deliver_EntriesOfOneId_AreDoneWhenAllAre()
    {
        await using var harness = await StartAsync(Take(id => id == "2" ? EventOutcome.Retry : EventOutcome.Processed));
        var body = Some.Bulk(
            ("twice", Some.Delivered("1")), ("twice", Some.Delivered("2")), ("once", Some.Delivered("3")));

        Assert.Equal(
            [("twice", "RETRY"), ("once", "SUCCESS")],
            Statuses((await harness.DeliverAsync("/events/t", body, bulk: true).DefaultTimeout()).Answer));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"entryId\":7,")]
    [InlineData("\"entryId\":null,")]
    [InlineData("\"entryId\":\"\",")]
    public async Task Deliver_EntryWithoutAnId_IsLeftOutAndTheOthersAreAnswered(string id)
    {
        await using var harness = await StartAsync(Take());
        var body = Some.Bulk(("e1", Some.Delivered("1")), ("NONE", Some.Delivered("2")), ("e3", Some.Delivered("3")))
            .Replace("\"entryId\":\"NONE\",", id, StringComparison.Ordinal);

        var (status, answer) = await harness.DeliverAsync("/events/t", body, bulk: true).DefaultTimeout();

        // What has no answer is delivered again.
        Assert.Equal(200, status);
        Assert.Equal([("e1", "SUCCESS"), ("e3", "SUCCESS")], Statuses(answer));
        Assert.Equal(["1", "3"], Assert.Single(_batches.Items));
    }

    [Fact]
    public async Task Deliver_EntriesThatAreNoEvents_GoToTheHandlerToo()
    {
        await using var harness = await StartAsync(Take());
        var body = Some.Bulk(("e1", "7"), ("e2", "\"AAH/\""), ("e3", """{"id":"x","data":1}"""), ("e4", Some.Delivered("1")));

        var statuses = Statuses((await harness.DeliverAsync("/events/t", body, bulk: true).DefaultTimeout()).Answer);

        Assert.All(statuses, s => Assert.Equal("SUCCESS", s.Status));
        var ids = Assert.Single(_batches.Items);
        Assert.StartsWith("unidentified:", ids[0], StringComparison.Ordinal);
        Assert.StartsWith("unidentified:", ids[1], StringComparison.Ordinal);
        Assert.Equal(["x", "1"], ids[2..]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("""{"entries":7}""")]
    public async Task Deliver_NoBulkBody_IsRefusedWithAStatusThatRetriesAll(string body)
    {
        await using var harness = await StartAsync(Take());

        Assert.Equal(400, (await harness.DeliverAsync("/events/t", body, bulk: true).DefaultTimeout()).Status);

        Assert.Equal(200, (await harness.DeliverAsync("/events/t", Some.Bulk(), bulk: true).DefaultTimeout()).Status);
    }

    [Fact]
    public async Task Deliver_HandlerThrowsOrAnswersTooFew_RetriesThatBatchAlone()
    {
        var calls = 0;
        await using var harness = await StartAsync(Some.BulkSubscriber(
            events => ++calls switch
            {
                1 => throw new InvalidOperationException("as a bug would"),
                2 => [EventOutcome.Processed],
                _ => [.. events.Select(_ => EventOutcome.Processed)],
            },
            maxCount: 2));
        var body = Some.Bulk([.. Enumerable.Range(0, 6).Select(i => ($"e{i}", Some.Delivered($"p{i}")))]);

        Assert.Equal(
            ["RETRY", "RETRY", "RETRY", "RETRY", "SUCCESS", "SUCCESS"],
            Statuses((await harness.DeliverAsync("/events/t", body, bulk: true).DefaultTimeout()).Answer).Select(s => s.Status));
    }

    [Fact]
    public async Task Deliver_HandlerIsNotDoneInTime_RetriesWhatIsNotDone()
    {
        var calls = 0;
        await using var harness = await SidecarHarness.StartAsync(
            Some.NoSidecar,
            Some.Settings(("AnswerLimit", "00:00:00.2")),
            Some.BulkSubscriber(
                async (events, token) =>
                {
                    if (++calls > 1)
                    {
                        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                    }

                    return [.. events.Select(_ => EventOutcome.Processed)];
                },
                maxCount: 1));
        var body = Some.Bulk(("e1", Some.Delivered("1")), ("e2", Some.Delivered("2")), ("e3", Some.Delivered("3")));

        Assert.Equal(
            [("e1", "SUCCESS"), ("e2", "RETRY"), ("e3", "RETRY")],
            Statuses((await harness.DeliverAsync("/events/t", body, bulk: true).DefaultTimeout()).Answer));
    }

    [Fact]
    public async Task Deliver_LargerThanTheLimit_AnswersTheEntriesThatFitSoTheOthersComeAlone()
    {
        await using var harness = await SidecarHarness.StartAsync(
            Some.NoSidecar, Some.Settings(("MaxDeliveryBytes", "100000")), Take());
        var large = Some.Delivered("large", $"\"{new string('x', 90_000)}\"");
        var (e1, e2) = (("e1", Some.Delivered("1")), ("e2", large));

        var first = await harness.DeliverAsync("/events/t", Some.Bulk(e1, e2, ("e3", large)), bulk: true).DefaultTimeout();

        Assert.Equal([("e1", "SUCCESS"), ("e2", "SUCCESS")], Statuses(first.Answer));
    }

    [Fact]
    public async Task Deliver_OneEntryLargerThanTheLimit_GoesToTheHandlerCut()
    {
        await using var harness = await SidecarHarness.StartAsync(
            Some.NoSidecar, Some.Settings(("MaxDeliveryBytes", "100000")), Take());
        var large = Some.Delivered("large", $"\"{new string('x', 200_000)}\"");

        var answer = await harness.DeliverAsync("/events/t", Some.Bulk(("e1", large)), bulk: true).DefaultTimeout();

        Assert.Equal([("e1", "SUCCESS")], Statuses(answer.Answer));
        Assert.StartsWith("unidentified:", Assert.Single(_batches.Items)[0], StringComparison.Ordinal);
    }

    private static Task<SidecarHarness> StartAsync(params SubscriptionBinding[] bindings) =>
        SidecarHarness.StartAsync(Some.NoSidecar, null, bindings);

    private SubscriptionBinding Take(Func<string, EventOutcome>? answer = null) => Some.BulkSubscriber(events =>
    {
        _batches.Add([.. events.Select(e => e.Id)]);
        return [.. events.Select(e => answer?.Invoke(e.Id) ?? EventOutcome.Processed)];
    });

    private static (string Id, string Status)[] Statuses(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        return
        [
            .. json.RootElement.GetProperty("statuses").EnumerateArray()
                .Select(s => (s.GetProperty("entryId").GetString()!, s.GetProperty("status").GetString()!)),
        ];
    }
}
