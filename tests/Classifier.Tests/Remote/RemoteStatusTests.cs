using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Tests.Client;

namespace Moodstream.Classifier.Tests.Remote;

/// <summary>What each status of a server means for the posts.</summary>
public sealed class RemoteStatusTests : IAsyncLifetime
{
    private RemoteRunner _remote = null!; // made before each test

    public static TheoryData<StatusCode, string> Codes => new()
    {
        { StatusCode.Cancelled, "CANCELLED" },
        { StatusCode.Unknown, "UNKNOWN" },
        { StatusCode.InvalidArgument, "INVALID_ARGUMENT" },
        { StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED" },
        { StatusCode.NotFound, "NOT_FOUND" },
        { StatusCode.AlreadyExists, "ALREADY_EXISTS" },
        { StatusCode.PermissionDenied, "PERMISSION_DENIED" },
        { StatusCode.ResourceExhausted, "RESOURCE_EXHAUSTED" },
        { StatusCode.FailedPrecondition, "FAILED_PRECONDITION" },
        { StatusCode.Aborted, "ABORTED" },
        { StatusCode.OutOfRange, "OUT_OF_RANGE" },
        { StatusCode.Unimplemented, "UNIMPLEMENTED" },
        { StatusCode.Internal, "INTERNAL" },
        { StatusCode.Unavailable, "UNAVAILABLE" },
        { StatusCode.DataLoss, "DATA_LOSS" },
        { StatusCode.Unauthenticated, "UNAUTHENTICATED" },
    };

    public async Task InitializeAsync() => _remote = await RemoteRunner.StartAsync();

    public async Task DisposeAsync() => await _remote.DisposeAsync();

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Run_StatusForOnePost_RejectsItOnlyWhereTheRequestIsToBlame(StatusCode code, string name)
    {
        FailOn(RemoteRunner.ExclamationMark, code);

        var scores = await _remote.RunAsync("a good day", "a bad day!", "rain", "sun", "wind");

        Assert.All(scores.Where((_, i) => i != 1), score => Assert.NotNull(score.Sentiment));
        Assert.Null(scores[1].Sentiment);
        var expected = code is StatusCode.InvalidArgument or StatusCode.OutOfRange ? $"{name}: no such post" : null;
        Assert.Equal(expected, scores[1].Refusal);
        Assert.Equal(expected is null, _remote.Logs.Lines.Items.Any(l => l.Message.Contains($"{name}: no such post", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Run_StatusForEverything_WaitsSaysWhyAndRejectsNothing(StatusCode code, string name)
    {
        FailOn(null, code);

        var running = _remote.RunAsync("one", "two", "three");
        await _remote.Time.Waits.WhenCount(3).DefaultTimeout();
        Assert.Contains($"{name}: no such post", _remote.Watch.Trouble, StringComparison.Ordinal);
        _remote.Serving.Predict = (request, _) => Task.FromResult(ServingDouble.Answer(request));
        var scores = await running;

        Assert.All(scores, score => Assert.NotNull(score.Sentiment));
        Assert.Null(_remote.Watch.Trouble);
        Assert.Equal([100, 200, 400], _remote.Time.Waits.Items.Take(3).Select(w => w.TotalMilliseconds));
        var tag = code is StatusCode.InvalidArgument or StatusCode.OutOfRange ? "control_refused" : name.ToLowerInvariant();
        Assert.InRange(_remote.Metrics[$"moodstream.classifier.inference.failures{{code={tag}}}"], 3, double.MaxValue);
        Assert.Equal([1101, 1102], _remote.Logs.Lines.Items.Select(l => l.Id).Distinct());
        Assert.Contains($"{name}: no such post", _remote.Logs.Lines.Items[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ReasonChanges_IsSaidAgain()
    {
        FailOn(null, StatusCode.Unavailable);

        var running = _remote.RunAsync("one");
        await _remote.Time.Waits.WhenCount(2).DefaultTimeout();
        FailOn(null, StatusCode.NotFound);
        await _remote.Time.Waits.WhenCount(_remote.Time.Waits.Items.Count + 2).DefaultTimeout();
        _remote.Serving.Predict = (request, _) => Task.FromResult(ServingDouble.Answer(request));
        await running;

        Assert.Equal(
            ["UNAVAILABLE", "NOT_FOUND"],
            _remote.Logs.Lines.Items.Where(l => l.Id == 1101).Select(l => l.Message.Split(": ")[1]));
    }

    [Fact]
    public async Task Run_OneOfManyIsRefused_IsFoundByHalving()
    {
        FailOn(RemoteRunner.ExclamationMark, StatusCode.InvalidArgument);
        var texts = Enumerable.Range(0, 64).Select(i => i == 37 ? "bad!" : "good").ToArray();

        var scores = await _remote.RunAsync(texts);

        Assert.Equal(37, Array.FindIndex(scores, s => s.Refusal is not null));
        Assert.Equal(63, scores.Count(s => s.Sentiment is not null));

        // The batch, two halves at each of six levels, the control post, and the one to blame once more.
        Assert.Equal(1 + (2 * 6) + 2, _remote.Serving.Requests.Items.Count);
    }

    [Fact]
    public async Task Run_RefusedOnceOnly_IsScored()
    {
        var refusals = 1;
        _remote.Serving.Predict = (request, _) => Interlocked.Decrement(ref refusals) >= 0
            ? throw new RpcException(StatusCode.InvalidArgument, "not today")
            : Task.FromResult(ServingDouble.Answer(request));

        var scores = await _remote.RunAsync("one");

        Assert.NotNull(scores[0].Sentiment);
    }

    [Fact]
    public async Task Run_BatchOverTheServersLimit_IsHalvedUntilItFits()
    {
        await using var remote = await RemoteRunner.StartAsync(mostBytes: 2048);

        var scores = await remote.RunAsync([.. Enumerable.Range(0, 64).Select(i => $"post number {i}")]);

        Assert.All(scores, score => Assert.NotNull(score.Sentiment));
        Assert.Empty(remote.Time.Waits.Items);
        Assert.All(remote.Serving.Requests.Items, request => Assert.InRange(request.CalculateSize(), 1, 2048));
        Assert.True(remote.Metrics["moodstream.classifier.inference.failures{code=resource_exhausted}"] >= 1);
        Assert.Single(remote.Serving.SignatureRequests.Items);
    }

    [Fact]
    public async Task Run_ReplyOverOurLimit_IsHalvedUntilItFits()
    {
        _remote.Serving.Predict = (request, _) =>
        {
            var reply = ServingDouble.Answer(request);
            reply.ModelSpec.SignatureName = new string('s', 1024 * 1024 * ServingDouble.Lengths(request).Length);
            return Task.FromResult(reply);
        };

        var scores = await _remote.RunAsync([.. Enumerable.Range(0, 8).Select(i => $"post number {i}")]);

        Assert.All(scores, score => Assert.NotNull(score.Sentiment));
        Assert.Empty(_remote.Time.Waits.Items);
    }

    [Fact]
    public async Task Run_OnePostOverTheServersLimit_IsPostponed()
    {
        await using var remote = await RemoteRunner.StartAsync(mostBytes: 512);

        var scores = await remote.RunAsync("short", string.Join(' ', Enumerable.Repeat("long", 100)));

        Assert.NotNull(scores[0].Sentiment);
        Assert.Equal((null, null), (scores[1].Sentiment, scores[1].Refusal));
        Assert.Single(remote.Logs.Lines.Items, l => l.Id == 1105 && l.Message.Contains("RESOURCE_EXHAUSTED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_CallHangs_EndsByTheDeadlineAndIsAskedAgain()
    {
        await using var remote = await RemoteRunner.StartAsync(HurriedTimeProvider.ShortDeadline);
        var hanging = 2;
        remote.Serving.Predict = async (request, context) =>
        {
            if (Interlocked.Decrement(ref hanging) >= 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            }

            return ServingDouble.Answer(request);
        };

        var scores = await remote.RunAsync("one", "two");

        Assert.All(scores, score => Assert.NotNull(score.Sentiment));
        Assert.Equal(2, remote.Metrics["moodstream.classifier.inference.failures{code=deadline_exceeded}"]);
    }

    private void FailOn(int? tokenId, StatusCode code) => _remote.Serving.Predict = (request, _) =>
        tokenId is not { } id || ServingDouble.Ids(request).Any(ids => ids.Contains(id))
            ? throw new RpcException(code, "no such post")
            : Task.FromResult(ServingDouble.Answer(request));
}
