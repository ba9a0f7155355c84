using System.Net;
using System.Text.Json.Nodes;
using Moodstream.Contracts;

namespace Moodstream.Deployment.Tests;

/// <summary>What each app, started as dapr.yaml says, tells its sidecar that it takes.</summary>
public sealed class SubscriptionsTests
{
    private static readonly Dictionary<string, string> Messages = Files.Metadata(Files.Document("components/messages.yaml"));

    [Theory]
    [InlineData(Apps.Classifier, false, Topics.Raw)]
    [InlineData(Apps.Ingestor, true, Topics.Scored, Topics.Rejected)]
    [InlineData(Apps.Relay, true, Topics.Scored)]
    [InlineData(Apps.Trends, true, Topics.Scored)]
    [InlineData(Apps.Dashboard, true, Topics.Scored, Topics.Rejected, Topics.Deleted, Topics.IngestStatus, Topics.Windows, Topics.Shifts)]
    public async Task App_AsDaprRunStartsIt_AnswersItsSidecar(string app, bool inBulk, params string[] topics)
    {
        await using var process = await AppProcess.StartAsync(Files.Dapr.Apps.Single(a => a.AppId == app));

        var subscriptions = await process.SubscriptionsAsync();

        Assert.Superset(topics.ToHashSet(), subscriptions.Select(s => (string)s!["topic"]!).ToHashSet());
        foreach (var subscription in subscriptions)
        {
            Assert.Equal(Components.Messages, (string)subscription!["pubsubname"]!);
            Assert.Equal(Topics.Dead, (string)subscription["deadLetterTopic"]!); // or what cannot be decoded is lost
            Assert.Equal(inBulk, subscription["bulkSubscribe"] is not null);
            AssertFitsTheWorkers(subscription);
            await AssertRouteIsThereAsync(process, (string)subscription["route"]!);
        }

        Assert.Contains(app, Files.Scopes(Files.Document("components/messages.yaml")));
        Assert.Equal(
            Files.Documents("components/subscriptions.yaml").Where(s => Files.Scopes(s).Contains(app)).Select(Answer).Order(),
            subscriptions.Select(s => s!.ToJsonString()).Order());
    }

    // What an app would answer to say what a file declares.
    private static string Answer(JsonObject declared)
    {
        var spec = declared["spec"]!;
        var answer = new JsonObject
        {
            ["pubsubname"] = spec["pubsubname"]!.DeepClone(),
            ["topic"] = spec["topic"]!.DeepClone(),
            ["route"] = spec["routes"]!["default"]!.DeepClone(),
            ["deadLetterTopic"] = spec["deadLetterTopic"]!.DeepClone(),
        };
        if (spec["bulkSubscribe"] is { } bulk)
        {
            answer["bulkSubscribe"] = bulk.DeepClone();
        }

        return answer.ToJsonString();
    }

    // A batch takes a worker for each of its events: a larger one would wait out its time whenever there is much to do.
    private static void AssertFitsTheWorkers(JsonNode subscription)
    {
        if (subscription["bulkSubscribe"] is { } bulk)
        {
            Assert.InRange((int)bulk["maxMessagesCount"]!, 1, int.Parse(Messages["concurrency"]));
        }
    }

    // To the sidecar 404 means "drop it", and 503 is what a topic gets that nobody here takes.
    private static async Task AssertRouteIsThereAsync(AppProcess process, string route)
    {
        using var response = await process.Http.PostAsync(new Uri(route, UriKind.Relative), new StringContent("")).DefaultTimeout();

        Assert.DoesNotContain(response.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.ServiceUnavailable });
    }
}
