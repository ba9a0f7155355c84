using Moodstream.Trends.Mood;

namespace Moodstream.Trends.Tests.Mood;

/// <summary>The state without actors: counts, windows, repeats.</summary>
public sealed class TopicMoodStateTests
{
    private readonly TopicMoodState _state = new("coffee");

    [Fact]
    public void Add_Posts_AreInEveryWindow()
    {
        _state.Add([Some.Entry("1", score: 0.5f), Some.Entry("2", score: -0.25f)], Some.Noon);

        var read = _state.Read(Some.Noon);
        Assert.Equal(("coffee", 2), (read.Topic, read.Total));
        Assert.Equal(
            [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromDays(1)],
            read.Windows.Select(w => w.Window));
        Assert.All(read.Windows, w => Assert.Equal((2, 1, 0, 1, 0.125), (w.Posts, w.Negative, w.Neutral, w.Positive, w.Mean)));
    }

    [Theory]
    [InlineData(59, 1, 1, 1, 1)]
    [InlineData(61, 0, 1, 1, 1)]
    [InlineData(299, 0, 1, 1, 1)]
    [InlineData(301, 0, 0, 1, 1)]
    [InlineData(3599, 0, 0, 1, 1)]
    [InlineData(3601, 0, 0, 0, 1)]
    [InlineData(86_399, 0, 0, 0, 1)]
    [InlineData(86_401, 0, 0, 0, 0)]
    public void Read_NothingArrives_WindowsRollOn(int seconds, int minute, int five, int hour, int day)
    {
        _state.Add([Some.Entry("1")], Some.Noon);

        var windows = _state.Read(Some.Noon.AddSeconds(seconds)).Windows;

        Assert.Equal([minute, five, hour, day], windows.Select(w => (int)w.Posts));
        Assert.Equal(day == 0, _state.IsQuiet);
    }

    [Fact]
    public void Add_LatePost_FallsWhereItBelongs()
    {
        _state.Add([Some.Entry("late", Some.Noon.AddMinutes(-4)), Some.Entry("later", Some.Noon.AddHours(-2))], Some.Noon);

        Assert.Equal([0, 1, 1, 2], _state.Read(Some.Noon).Windows.Select(w => (int)w.Posts));
    }

    [Fact]
    public void Add_PostOlderThanEveryWindow_CountsInTotalOnly()
    {
        _state.Add([Some.Entry("old", Some.Noon.AddYears(-3))], Some.Noon);

        var read = _state.Read(Some.Noon);
        Assert.Equal(1, read.Total);
        Assert.All(read.Windows, w => Assert.Equal(0, w.Posts));
    }

    [Fact]
    public void Add_PostOfTheFuture_CountsNow()
    {
        _state.Add([Some.Entry("ahead", Some.Noon.AddDays(300))], Some.Noon);

        Assert.All(_state.Read(Some.Noon).Windows, w => Assert.Equal(1, w.Posts));
    }

    [Fact]
    public void Add_Repeats_ChangeNothing()
    {
        MoodEntry[] posts = [.. Enumerable.Range(0, 100).Select(n => Some.Entry($"{n}", score: n / 100f))];
        Assert.Equal(100, _state.Add(posts, Some.Noon));
        var before = TopicMoodFormat.Write(_state);

        Assert.Equal(0, _state.Add(posts, Some.Noon.AddSeconds(1)));

        Assert.Equal(before.ToArray(), TopicMoodFormat.Write(_state).ToArray());
    }

    [Fact]
    public void Add_InAnyOrderAndBatches_GivesTheSameCounts()
    {
        var random = new Random(7);
        MoodEntry[] posts = [.. Enumerable.Range(0, 2000).Select(n => Some.Entry(
            $"{n}", Some.Noon.AddSeconds(-random.Next(100_000)), (random.NextSingle() * 2) - 1))];
        _state.Add(posts, Some.Noon);
        var expected = _state.Read(Some.Noon);

        for (var run = 0; run < 10; run++)
        {
            random.Shuffle(posts);
            var other = new TopicMoodState("coffee");
            foreach (var batch in posts.Concat(posts.Take(500)).Chunk(random.Next(1, 300)))
            {
                other.Add(batch, Some.Noon);
            }

            var read = other.Read(Some.Noon);
            Assert.Equal(expected.Total, read.Total);
            Assert.Equal(expected.Windows, read.Windows);
        }
    }

    [Fact]
    public void Add_RepeatTwoWindowsLater_IsFound()
    {
        for (var n = 0; n < SeenPosts.MaxPerSource; n++)
        {
            _state.Add([Some.Entry($"{n}")], Some.Noon);
        }

        Assert.Equal(0, _state.Add([Some.Entry("0")], Some.Noon));
        Assert.Equal(1, _state.Add([Some.Entry("new")], Some.Noon));
        Assert.Equal(1, _state.Add([Some.Entry("0")], Some.Noon)); // now beyond two windows
    }

    [Theory]
    [InlineData(2, 8192)]
    [InlineData(4, 4096)]
    public void Add_BusySources_ShareTheMemory(int sources, int each)
    {
        for (var n = 0; n < 20_000; n++)
        {
            for (var source = 0; source < sources; source++)
            {
                _state.Add([Some.Entry($"{source}:{n}", source: $"s{source}")], Some.Noon);
            }
        }

        for (var source = 0; source < sources; source++)
        {
            Assert.Equal(0, _state.Add([Some.Entry($"{source}:{20_000 - each}", source: $"s{source}")], Some.Noon));
        }
    }

    [Fact]
    public void Add_QuietSourceBesideBusyOnes_IsNotForgotten()
    {
        _state.Add([Some.Entry("quiet", source: "quiet")], Some.Noon);
        for (var n = 0; n < 60_000; n++)
        {
            _state.Add([Some.Entry($"{n}", source: $"busy{n % 3}")], Some.Noon);
        }

        Assert.Equal(0, _state.Add([Some.Entry("quiet", source: "quiet")], Some.Noon));
    }

    [Fact]
    public void Write_FullestState_StaysWithinItsBound()
    {
        var state = Fullest();

        var written = TopicMoodFormat.Write(state);

        Assert.InRange(written.Length, 100_000, TopicMoodFormat.MaxBytes);
        Assert.Equal(written.ToArray(), TopicMoodFormat.Write(TopicMoodFormat.Read(written)).ToArray());
    }

    // Every bucket with the largest numbers there are, and every memory full.
    private static TopicMoodState Fullest()
    {
        var state = new TopicMoodState(new string('語', TopicId.MaxBytes / 3)) { Total = 1L << 52 };
        for (var n = 0; n < SeenPosts.MaxPosts; n++)
        {
            var source = $"{n % SeenPosts.MaxSources}".PadLeft(SeenPosts.MaxSourceCharacters, 's');
            state.Add([Some.Entry($"{n}", source: source)], Some.Noon);
        }

        var third = Tally.MaxPosts / 3;
        var full = new Tally(third, third, third, -Tally.MaxPosts * Tally.Scale, Tally.MaxPosts * Tally.Scale * Tally.Scale);
        foreach (var ring in state.Rings)
        {
            ring.Restore(ring.NumberOf(Some.Noon), Enumerable.Range(0, ring.Count)
                .Select(age => (ring.NumberOf(Some.Noon) - age, full)));
        }

        return state;
    }
}
