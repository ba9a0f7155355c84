using System.Diagnostics;
using System.Text.Json;
using Moodstream.Trends.Actors;
using Moodstream.Trends.Mood;
using Xunit.Abstractions;

namespace Moodstream.Trends.Tests;

/// <summary>What a turn of a topic costs, adapter included, when its memory is full.</summary>
public sealed class TurnCostTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Turn_OfATopicWhoseMemoryIsFull_TakesUnderAMillisecond()
    {
        var time = new ManualTimeProvider();
        await using var host = await TrendsHost.StartAsync(time, new FailingStore());
        for (var n = 0; n < SeenPosts.MaxPosts; n += 1024)
        {
            await host.CallAsync("coffee", TopicMood.AddMethod, Batch(time, n, 1024));
        }

        // The best of many is what the turn takes once it is compiled; the others are what else the machine does.
        var best = TimeSpan.MaxValue;
        for (var n = 0; n < 2000; n++)
        {
            var batch = Batch(time, SeenPosts.MaxPosts + (n * 20), 20);
            var started = Stopwatch.GetTimestamp();
            await host.CallAsync("coffee", TopicMood.AddMethod, batch);
            var took = Stopwatch.GetElapsedTime(started);
            best = took < best ? took : best;
        }

        output.WriteLine($"a turn of 20 posts, call to answer: {best.TotalMicroseconds:F0} µs");
        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
    }

    private static byte[] Batch(ManualTimeProvider time, int first, int count) => JsonSerializer.SerializeToUtf8Bytes(
        new MoodBatch("coffee", [.. Enumerable.Range(first, count).Select(
            n => Some.Entry($"{n}", time.GetUtcNow(), source: n % 2 == 0 ? "x" : "bluesky"))]),
        TrendsJson.Wire.MoodBatch);
}
