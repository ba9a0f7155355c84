using System.Text.Json;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Ingestor.Settlement;

namespace Moodstream.Ingestor.Publishing;

/// <summary>
/// Publishes what settlement hands out: posts to tweets.raw, the rejections of given-up posts to tweets.rejected. What
/// the broker refuses goes back and is published again, with pauses that grow while it takes nothing.
/// </summary>
internal sealed class RawPublisher(
    SharedWindow settlement,
    IPublisher publisher,
    IngestorOptions options,
    TimeProvider clock,
    ILogger<RawPublisher> logger)
{
    private const int MaxCount = 400;

    // A quarter of the smallest body a sidecar takes by default.
    private const long MaxBytes = 1024 * 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var batch = new List<InFlightPost>(MaxCount);
        var answers = new List<(InFlightPost, bool)>(MaxCount);
        var pause = TimeSpan.Zero;
        while (true)
        {
            batch.Clear();
            answers.Clear();
            await settlement.TakeOutgoingAsync(batch, MaxCount, MaxBytes, cancellationToken);
            var error = await PublishAsync(batch, answers, cancellationToken);
            settlement.Answer(answers);
            if (error is null)
            {
                pause = TimeSpan.Zero;
                continue;
            }

            if (pause == TimeSpan.Zero)
            {
                logger.PublishRefused(answers.Count(a => !a.Item2), error);
            }

            // A broker that takes most of a batch is not away: only one that takes nothing is left alone for longer.
            var takesSome = answers.Exists(a => a.Item2);
            pause = pause == TimeSpan.Zero || takesSome ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    /// <summary>Looks through the unsettled posts; answers do so as well, this loop when none comes.</summary>
    public async Task RepublishAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.RepublishInterval, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            settlement.Republish();
        }
    }

    /// <summary>Waits until everything that entered is settled, for as long as the options say.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.DrainTimeout, clock);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await settlement.WhenEmptyAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            // What is left is read again at the next start, or lost: the cursor says which.
        }
    }

    private async Task<string?> PublishAsync(
        List<InFlightPost> batch, List<(InFlightPost, bool)> answers, CancellationToken cancellationToken)
    {
        string? error = null;
        foreach (var topic in batch.GroupBy(p => p.IsCondemned ? Topics.Rejected : Topics.Raw))
        {
            var posts = topic.ToList();
            var events = posts.ConvertAll(p => new OutgoingEvent(p.Id, p.IsCondemned ? Rejection(p) : p.Payload));
            var results = await publisher.PublishAsync(topic.Key, events, cancellationToken);
            for (var i = 0; i < posts.Count; i++)
            {
                answers.Add((posts[i], results[i].Succeeded));
                error ??= results[i].Error;
            }
        }

        return error;
    }

    private byte[] Rejection(InFlightPost post)
    {
        logger.GaveUp(post.Id, options.MaxPublishes);
        var rejected = new RejectedPost
        {
            Id = post.Id,
            Post = JsonSerializer.Deserialize(post.Payload.Span, ContractsJson.Wire.Post),
            Reason = RejectReason.Unscorable,
            Detail = $"published {options.MaxPublishes} times and never answered, while posts published later were",
            RejectedAt = clock.GetUtcNow(),
        };
        return JsonSerializer.SerializeToUtf8Bytes(rejected, ContractsJson.Wire.RejectedPost);
    }
}
