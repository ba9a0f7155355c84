using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard.Tests;

public sealed class MoodBoardTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Add_SamePostTwice_CountsOnce()
    {
        var board = CreateBoard();

        board.Add(Some.Scored("a"));
        board.Add(Some.Scored("a"));

        Assert.Equal((1, 1), (board.ReadState().Mood.Posts, board.ReadState().Repeats));
        Assert.Equal(1, board.Newest);
    }

    [Fact]
    public void Add_SamePostOfANewModelVersion_CountsOnce()
    {
        var board = CreateBoard();

        board.Add(Some.Scored("a", modelVersion: 1));
        board.Add(Some.Scored("a", modelVersion: 2));

        Assert.Equal(1, board.ReadState().Mood.Posts);
    }

    [Fact]
    public void Add_EveryPostTwiceAcrossTwoWindows_CountsThePosts()
    {
        var board = CreateBoard();
        const int Window = 4096;

        for (var n = 0; n < 3 * Window; n++)
        {
            board.Add(Some.Scored($"{n}"));
            board.Add(Some.Scored($"{Math.Max(0, n - (2 * Window) + 1)}"));
        }

        Assert.Equal(3 * Window, board.ReadState().Mood.Posts);
    }

    [Fact]
    public void Add_RepeatsOfOneSourceAfterABusyOtherOne_AreStillKnown()
    {
        var board = CreateBoard(new DashboardOptions { RememberedIds = 10 });
        board.Add(Some.Scored("quiet", source: "x"));

        for (var n = 0; n < 100; n++)
        {
            board.Add(Some.Scored($"busy {n}", source: "bluesky"));
        }

        board.Add(Some.Scored("quiet", source: "x"));
        Assert.Equal(101, board.ReadState().Mood.Posts);
    }

    [Fact]
    public void Add_RejectedTwice_CountsOnceByReason()
    {
        var board = CreateBoard();

        board.Add(Some.Rejected("a", RejectReason.Unscorable));
        board.Add(Some.Rejected("a", RejectReason.Unscorable));
        board.Add(Some.Rejected("b", RejectReason.Malformed));

        Assert.Equal(new RejectedState(Malformed: 1, Refused: 0, Unscorable: 1), board.ReadState().Rejected);
    }

    [Fact]
    public void Add_PostsOfAllMoods_TalliesThemAndTheirMean()
    {
        var board = CreateBoard();

        board.Add(Some.Scored("a", label: SentimentLabel.Positive)); // 0.87
        board.Add(Some.Scored("b", label: SentimentLabel.Neutral)); // 0
        board.Add(Some.Scored("c", label: SentimentLabel.Negative)); // −0.88

        Assert.Equal(new MoodState(3, 1, 1, 1, Mean: -0.0033), board.ReadState().Mood);
    }

    [Fact]
    public void Add_MoreTopicsThanTheBound_CountsTheRestTogether()
    {
        var board = CreateBoard(new DashboardOptions { MaxTopics = 2 });

        board.Add(Some.Scored("a", topics: ["one", "two"]));
        board.Add(Some.Scored("b", topics: ["Two", "three", "four"]));
        board.Add(Some.Scored("c", topics: ["five"]));

        var state = board.ReadState();
        Assert.Equal([("two", 2L), ("one", 1L)], state.Topics.Select(t => (t.Topic, t.Mood.Posts)));
        Assert.Equal(2, state.OtherTopics!.Posts);
    }

    [Fact]
    public void Add_DeletionBeforeItsPost_CountsItAndNeverShowsIt()
    {
        var board = CreateBoard();

        board.Add(Some.Deleted("a"));
        board.Add(Some.Scored("a"));

        Assert.Equal(1, board.ReadState().Mood.Posts);
        Assert.Empty(board.ReadPosts(0, 10, 10_000).Posts);
    }

    [Fact]
    public void Add_DeletionTwice_IsSaidOnce()
    {
        var board = CreateBoard();
        board.Add(Some.Scored("a"));

        board.Add(Some.Deleted("a"));
        board.Add(Some.Deleted("a"));

        Assert.Equal(2, board.Newest);
    }

    [Fact]
    public void Add_DeletionOfAPostNeverSeen_IsNotSaid()
    {
        var board = CreateBoard();

        board.Add(Some.Deleted("of somebody"));

        Assert.Equal(0, board.Newest);
    }

    [Fact]
    public void Add_StatusOlderThanTheOneKnown_IsIgnored()
    {
        var board = CreateBoard();

        board.Add(Some.Status(published: 20, at: Some.Time.AddSeconds(1)));
        board.Add(Some.Status(published: 10, at: Some.Time));

        Assert.Equal(20, board.ReadState().Intake!.Published);
    }

    [Fact]
    public void Add_StatusesOfTwoSources_AreSummedAndFinishedTogether()
    {
        var board = CreateBoard();

        board.Add(Some.Status("file", published: 20, finished: true, lost: 1));
        board.Add(Some.Status("sample", published: 10, inFlight: 3));

        var intake = board.ReadState().Intake!;
        Assert.Equal((30, 3, 1, false), (intake.Published, intake.InFlight, intake.Lost, intake.Finished));
        Assert.Equal(["file", "sample"], intake.Sources);
    }

    [Fact]
    public void Add_StatusesOfMoreSourcesThanTheBound_KeepsTheNewest()
    {
        var board = CreateBoard();

        for (var n = 0; n < 100; n++)
        {
            board.Add(Some.Status($"{n}", published: 1, at: Some.Time.AddSeconds(n)));
        }

        Assert.Equal(SourceFilters.MaxSources, board.ReadState().Intake!.Published);
        Assert.Contains("99", board.ReadState().Intake!.Sources);
    }

    [Fact]
    public void Add_Post_IsWrittenOnceWithAllThePageNeeds()
    {
        var board = CreateBoard();

        board.Add(Some.Scored("a", "Grüße \"1\"\n", author: "@ana", url: "https://e.org/1", topics: ["fed"]));

        var json = Assert.Single(board.ReadPosts(0, 10, 10_000).Posts);
        const string Expected =
            """
            {"id":"a","source":"sample","text":"Grüße \"1\"\n","cut":false,"author":"@ana","url":"https://e.org/1",
            "topics":["fed"],"createdAt":"2026-01-02T03:04:05Z","receivedAt":"2026-01-02T03:04:05Z",
            "scoredAt":"2026-01-02T03:04:05Z","label":"positive","negative":0.03,"neutral":0.07,
            "positive":0.9,"score":0.87,"truncated":false}
            """;
        Assert.Equal(Expected.ReplaceLineEndings(""), Encoding.UTF8.GetString(json));
    }

    [Fact]
    public void ReadState_NothingHappens_StaysByteForByteTheSame()
    {
        var board = CreateBoard();
        board.Add(Some.Scored("a"));
        _clock.Advance(TimeSpan.FromMinutes(2));

        var before = JsonSerializer.Serialize(board.ReadState(), DashboardJson.Wire.BoardState);
        _clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(before, JsonSerializer.Serialize(board.ReadState(), DashboardJson.Wire.BoardState));
    }

    private MoodBoard CreateBoard(DashboardOptions? options = null) => new(
        Options.Create(options ?? new DashboardOptions()),
        _clock,
        new DashboardMetrics(_services.GetRequiredService<IMeterFactory>()));
}
