using System.Text;
using Moodstream.Bench.Scoring;
using Moodstream.Bench.Pipeline;

namespace Moodstream.Bench.Tests;

public sealed class PageClientTests
{
    private static readonly Answers Right = new([[0.2f, 0.3f, 0.5f], [0.2f, 0.3f, 0.5f], [0.2f, 0.3f, 0.5f]]);

    private readonly PageClient _client = new(Right, TimeProvider.System);

    [Fact]
    public async Task ReadAsync_RepeatedPosts_CountsDistinctOnes()
    {
        await ReadAsync(3, Event(0, 1), ": beat\n\n", Event(1), Event(1, 2));

        Assert.Equal((3, 2), (_client.Received, _client.Events));
    }

    [Fact]
    public async Task Steady_PostsOfTheFirstEvent_AreNotCounted()
    {
        await ReadAsync(3, Event(0, 1), Event(2));

        Assert.Equal(1, _client.Steady.Posts);
    }

    [Fact]
    public async Task ReadAsync_AllReceived_DoesNotWaitForMore()
    {
        await ReadAsync(2, Event(0, 1), "data: this is never read\n\n");

        Assert.Equal(2, _client.Received);
    }

    [Fact]
    public async Task ReadAsync_WrongMood_Throws()
    {
        var wrong = Event(0).Replace("0.5", "0.6");

        await Assert.ThrowsAsync<WrongAnswerException>(() => ReadAsync(1, wrong));
    }

    [Fact]
    public async Task ReadAsync_PostNeverSent_Throws() =>
        await Assert.ThrowsAsync<WrongAnswerException>(() => ReadAsync(1, Event(7)));

    private async Task ReadAsync(int expected, params string[] events)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(events)));
        using var silent = new CancellationTokenSource();
        await _client.ReadAsync(stream, expected, silent, TimeSpan.FromMinutes(5), silent.Token).DefaultTimeout();
    }

    private static string Event(params int[] posts)
    {
        const string Mood = """ "negative":0.2,"neutral":0.3,"positive":0.5 """;
        var elements = posts.Select(i => $$"""{"id":"bench:{{i}}",{{Mood}}}""");
        return $"id: x-1\nevent: posts\ndata: {{\"posts\":[{string.Join(',', elements)}]}}\n\n";
    }
}
