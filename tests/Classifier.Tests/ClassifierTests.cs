using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Classifier.Tests.Inference;
using Moodstream.Contracts;

namespace Moodstream.Classifier.Tests;

public sealed class ClassifierTests
{
    [Fact]
    public async Task Post_Good_IsScoredUnderItsIdAndTheModelsVersion()
    {
        await using var harness = await ClassifierHarness.StartAsync();
        var post = ClassifierHarness.Post("x:1", "hello") with { Author = "ada", Topics = ["tea"] };

        await harness.PublishAsync(post);

        await harness.Scored.WhenCount(1).DefaultTimeout();
        var (eventId, scored) = harness.Scored.Items[0];
        Assert.Equal("x:1@3", eventId);
        Assert.Equal(("hello", "ada"), (scored.Post.Text, scored.Post.Author));
        Assert.Equal(["tea"], scored.Post.Topics);
        Assert.Equal(FakeModel.Expected("hello"), scored.Sentiment);
        Assert.Equal(new ModelVersion("fake", 3), scored.Model);
        Assert.Equal((7, false), (scored.Tokens, scored.Truncated));
    }

    [Theory]
    [InlineData("")]
    [InlineData("😀😀")]
    [InlineData("\0\0")]
    [InlineData("far too many characters for the model")]
    public async Task Post_UnusualText_IsScored(string text)
    {
        await using var harness = await ClassifierHarness.StartAsync();

        await harness.PublishAsync(ClassifierHarness.Post("x:1", text));

        await harness.Scored.WhenCount(1).DefaultTimeout();
        var scored = harness.Scored.Items[0].Scored;
        Assert.Equal((text, text.Length > 14), (scored.Post.Text, scored.Truncated));
    }

    [Fact]
    public async Task Event_Malformed_IsRejectedUnderTheEventsIdWithItsBytes()
    {
        await using var harness = await ClassifierHarness.StartAsync();

        await harness.PublishAsync(new OutgoingEvent("x:1", "{\"id\":"u8.ToArray()));

        await harness.Rejected.WhenCount(1).DefaultTimeout();
        var (eventId, rejected) = harness.Rejected.Items[0];
        Assert.Equal(("x:1", "x:1", RejectReason.Malformed), (eventId, rejected.Id, rejected.Reason));
        Assert.Equal("{\"id\":", Encoding.UTF8.GetString(rejected.Raw!));
        Assert.Null(rejected.Post);
    }

    [Fact]
    public async Task Event_MalformedAndLarge_IsRejectedWithItsFirst64KiB()
    {
        await using var harness = await ClassifierHarness.StartAsync();

        await harness.PublishAsync(new OutgoingEvent("x:1", new byte[100_000]));

        await harness.Rejected.WhenCount(1).DefaultTimeout();
        Assert.Equal(64 * 1024, harness.Rejected.Items[0].Rejected.Raw!.Length);
    }

    [Fact]
    public async Task Post_RefusedByTheModel_IsRejectedWithItself()
    {
        await using var harness = await ClassifierHarness.StartAsync();

        await harness.PublishAsync(ClassifierHarness.Post("x:1", "no!"), ClassifierHarness.Post("x:2", "yes"));

        await harness.Rejected.WhenCount(1).DefaultTimeout();
        await harness.Scored.WhenCount(1).DefaultTimeout();
        var rejected = harness.Rejected.Items[0].Rejected;
        Assert.Equal(("x:1", RejectReason.Refused, "no!"), (rejected.Id, rejected.Reason, rejected.Post!.Text));
        Assert.Equal("x:2", harness.Scored.Items[0].Scored.Post.Id);
    }

    [Fact]
    public async Task Post_TheModelFailsOn_IsAskedAgainLaterAndNeverRejected()
    {
        var time = new SignallingTimeProvider();
        await using var harness = await ClassifierHarness.StartAsync(s => s.AddSingleton<TimeProvider>(time));

        await harness.PublishAsync(ClassifierHarness.Post("x:1", "why?"), ClassifierHarness.Post("x:2", "yes"));

        await harness.Scored.WhenCount(1).DefaultTimeout();
        await time.Timers.WhenCount(1).DefaultTimeout();
        harness.Model.FailsOnQuestions = false;
        time.Advance(TimeSpan.FromSeconds(5)); // the pause before the answer
        await time.Timers.WhenCount(2).DefaultTimeout();
        time.Advance(TimeSpan.FromSeconds(5)); // the broker's own interval

        await harness.Scored.WhenCount(2).DefaultTimeout();
        Assert.Equal(["x:2", "x:1"], harness.Scored.Items.Select(s => s.Scored.Post.Id));
        Assert.Empty(harness.Rejected.Items);
    }

    [Fact]
    public async Task Posts_ArriveWhileTheModelIsBusy_MakeTheNextBatch()
    {
        var busy = new TaskCompletionSource();
        await using var harness = await ClassifierHarness.StartAsync(
            null, ("Moodstream:Classifier:MaxBatchPosts", "8"), ("Moodstream:Classifier:Concurrency", "16"));
        harness.Model.Gate = () => busy.Task;
        await harness.PublishAsync(ClassifierHarness.Post("first", "a"));
        await harness.Model.Batches.WhenCount(2).DefaultTimeout(); // after the control post

        await harness.PublishAsync([.. Enumerable.Range(0, 8).Select(i => ClassifierHarness.Post($"p{i}", "b"))]);
        await harness.Model.Encoded.WhenCount(10).DefaultTimeout(); // with the first and the control post
        busy.SetResult();

        // Those encoded last may be a step before the queue still.
        await harness.Scored.WhenCount(9).DefaultTimeout();
        Assert.InRange(harness.Model.Batches.Items[2].Length, 4, 8);
    }

    [Fact]
    public async Task Result_IsRefusedByTheBroker_IsPublishedInTheEndAndScoredOnce()
    {
        var faults = new InProcessFaults
        {
            Seed = 7,
            RefuseOneIn = new Dictionary<string, int> { [Topics.Scored] = 2, [Topics.Rejected] = 2 },
        };
        await using var harness = await ClassifierHarness.StartAsync(s => s.AddSingleton(faults));

        await harness.PublishAsync([.. Enumerable.Range(0, 100).Select(i => ClassifierHarness.Post(
            $"p{i}", i % 10 == 0 ? "no!" : "yes"))]);

        await harness.Scored.WhenCount(90).DefaultTimeout();
        await harness.Rejected.WhenCount(10).DefaultTimeout();
        Assert.Equal(90, harness.Scored.Items.Select(s => s.EventId).Distinct().Count());
        Assert.Equal(10, harness.Rejected.Items.Select(s => s.EventId).Distinct().Count());
        Assert.Equal(100 + 1, harness.Model.Encoded.Items.Count); // with the control post
    }

    [Fact]
    public async Task Post_ComesAgain_IsScoredAgainUnderTheSameId()
    {
        await using var harness = await ClassifierHarness.StartAsync();

        await harness.PublishAsync(ClassifierHarness.Post("x:1", "hello"));
        await harness.PublishAsync(ClassifierHarness.Post("x:1", "hello"));

        await harness.Scored.WhenCount(2).DefaultTimeout();
        Assert.Single(harness.Scored.Items.Select(s => (s.EventId, s.Scored.Sentiment)).Distinct());
    }

    [Fact]
    public async Task Stop_PostsAreUnderWay_AreScoredFirst()
    {
        var harness = await ClassifierHarness.StartAsync();
        await harness.PublishAsync(
            [.. Enumerable.Range(0, 500).Select(i => ClassifierHarness.Post($"p{i}", "text"))]);

        await harness.DisposeAsync();

        Assert.Equal(500, harness.Scored.Items.Count);
        Assert.True(harness.Model.IsDisposed);
    }

    [Fact]
    public async Task Health_WhileTheModelDoesNotAnswer_IsDegradedOnly()
    {
        var time = new SignallingTimeProvider();
        await using var harness = await ClassifierHarness.StartAsync(s => s.AddSingleton<TimeProvider>(time));
        var health = harness.Services.GetRequiredService<HealthCheckService>();
        harness.Model.FailNext = 2;

        await harness.PublishAsync(ClassifierHarness.Post("x:1", "hello"));
        await time.Timers.WhenCount(1).DefaultTimeout();
        var waiting = await health.CheckHealthAsync().DefaultTimeout();
        time.Advance(TimeSpan.FromMilliseconds(100));
        await harness.Scored.WhenCount(1).DefaultTimeout();
        var after = await health.CheckHealthAsync().DefaultTimeout();

        Assert.Equal((HealthStatus.Degraded, HealthStatus.Healthy), (waiting.Status, after.Status));
    }
}
