using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Moodstream.Contracts;
using Moodstream.Sidecar;
using Moodstream.Trends;
using Moodstream.Trends.Actors;
using Moodstream.Trends.Mood;

namespace Moodstream.Bench.Dapr;

/// <summary>
/// What a turn of TopicMood costs the processor when its memory of posts is full: the sidecar's call, the posts, the
/// state saved. The caller and the sidecar that takes the state run in the same process, so their share is in it.
/// </summary>
internal static class TurnBench
{
    private const int Turns = 2_000;

    /// <summary>Milliseconds of processor time for a turn.</summary>
    /// <param name="postsPerTurn">Posts in the batch that a turn counts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<double> RunAsync(int postsPerTurn, CancellationToken cancellationToken)
    {
        await using var programs = new BenchPrograms();
        var builder = BenchPrograms.App(await programs.StartSidecarAsync());
        builder.AddTrends();
        var program = builder.Build();
        program.MapSidecar();
        var address = await programs.StartAsync(program);
        var actor = new Uri(address, $"/actors/{TopicMood.Type}/{TopicId.Of("coffee")}/method/{TopicMood.AddMethod}");

        var posts = 0;
        while (posts < 2 * SeenPosts.MaxPosts)
        {
            await TurnAsync(100);
        }

        await RunAsync(Turns / 4);
        var process = Process.GetCurrentProcess();
        process.Refresh();
        var before = process.TotalProcessorTime;
        await RunAsync(Turns);
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds / Turns;

        async Task RunAsync(int turns)
        {
            for (var i = 0; i < turns; i++)
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
