using System.Globalization;
using System.Net;
using System.Text.Json;
using Moodstream.Contracts;
using Moodstream.Tests.Cluster;
using Moodstream.Tests.Support;
using Moodstream.Trends.Actors;
using Moodstream.Trends.Mood;

namespace Moodstream.Bench.Dapr;

/// <summary>
/// What a turn of TopicMood costs the processor when its memory of posts is full: the sidecar's call, the posts, the
/// state saved. Of the process of the service alone; its caller and a sidecar that takes the state are in this one.
/// </summary>
internal static class TurnBench
{
    private const int Turns = 4_000;

    /// <summary>Milliseconds of processor time for a turn.</summary>
    /// <param name="folder">For the service's log.</param>
    /// <param name="postsPerTurn">Posts in the batch that a turn counts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<double> RunAsync(string folder, int postsPerTurn, CancellationToken cancellationToken)
    {
        await using var programs = new BenchPrograms();
        var sidecar = await programs.StartSidecarAsync();
        var port = Ports.Free();
        using var trends = new ServiceProcess(
            Apps.Trends,
            AppCluster.Program("Trends"),
            new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
                ["DAPR_HTTP_PORT"] = sidecar.Port.ToString(CultureInfo.InvariantCulture),
            },
            Path.Combine(folder, "trends.log"));
        trends.Start();
        await AppCluster.WaitAsync(trends, $"http://127.0.0.1:{port}/health/live");
        var actor = new Uri($"http://127.0.0.1:{port}/actors/{TopicMood.Type}/{TopicId.Of("coffee")}/method/{TopicMood.AddMethod}");

        var posts = 0;
        while (posts < 2 * SeenPosts.MaxPosts)
        {
            await TurnAsync(100);
        }

        await RunAsync();
        var before = trends.ProcessorTime;
        await RunAsync();
        return (trends.ProcessorTime - before).TotalMilliseconds / Turns;

        async Task RunAsync()
        {
            for (var i = 0; i < Turns; i++)
            {
                await TurnAsync(postsPerTurn);
            }
        }

        async Task TurnAsync(int count)
        {
            var now = TimeProvider.System.GetUtcNow();
            var batch = new MoodBatch("coffee", [.. Enumerable.Range(posts, count).Select(
                n => new MoodEntry($"p{n}", "x", now, SentimentLabel.Positive, 0.5f))]);
            posts += count;
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(batch, TrendsJson.Wire.MoodBatch));
            using var answer = await programs.Client.PutAsync(actor, content, cancellationToken);
            if (answer.StatusCode is not HttpStatusCode.OK)
            {
                throw new InvalidOperationException(
                    $"a turn was answered with {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            }
        }
    }
}
