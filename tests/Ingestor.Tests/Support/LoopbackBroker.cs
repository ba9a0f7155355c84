using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;

namespace Moodstream.Ingestor.Tests.Support;

/// <summary>
/// A broker with a classifier behind it: what is published to tweets.raw comes back on tweets.scored.
/// </summary>
internal sealed class LoopbackBroker : IPublisher
{
    private readonly Channel<IncomingEvent> _answers = Channel.CreateUnbounded<IncomingEvent>();
    private readonly Channel<IngestStatus> _statuses = Channel.CreateUnbounded<IngestStatus>();

    /// <summary>Ids published to tweets.raw, in order, repeats included.</summary>
    public ConcurrentQueue<string> Raw { get; } = new();

    /// <summary>Sizes of the publish calls to tweets.raw.</summary>
    public ConcurrentQueue<int> Batches { get; } = new();

    public ConcurrentQueue<RejectedPost> Rejected { get; } = new();

    /// <summary>Why an event is refused; null takes it.</summary>
    public Func<string, OutgoingEvent, string?> Refuse { get; set; } = (_, _) => null;

    /// <summary>Whether the classifier answers a post.</summary>
    public Func<string, bool> Answers { get; set; } = _ => true;

    public Task<IReadOnlyList<PublishResult>> PublishAsync(
        string topic, IReadOnlyList<OutgoingEvent> events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (topic == Topics.Raw)
        {
            Batches.Enqueue(events.Count);
        }

        var results = new List<PublishResult>();
        foreach (var e in events)
        {
            var error = Refuse(topic, e);
            results.Add(new PublishResult(e.Id, error));
            if (error is null)
            {
                Take(topic, e);
            }
        }

        return Task.FromResult<IReadOnlyList<PublishResult>>(results);
    }

    /// <summary>The next status that is as wanted.</summary>
    public async Task<IngestStatus> StatusAsync(Func<IngestStatus, bool> wanted)
    {
        await foreach (var status in _statuses.Reader.ReadAllAsync())
        {
            if (wanted(status))
            {
                return status;
            }
        }

        throw new InvalidOperationException("no more statuses");
    }

    /// <summary>Delivers answers until cancelled.</summary>
    public async Task DeliverAsync(IBulkTopicHandler handler, CancellationToken cancellationToken)
    {
        await foreach (var answer in _answers.Reader.ReadAllAsync(cancellationToken))
        {
            var outcomes = await handler.HandleAsync([answer], cancellationToken);
            Assert.Equal([EventOutcome.Processed], outcomes);
        }
    }

    private void Take(string topic, OutgoingEvent published)
    {
        switch (topic)
        {
            case Topics.Raw:
                Raw.Enqueue(published.Id);
                if (Answers(published.Id))
                {
                    _answers.Writer.TryWrite(
                        new IncomingEvent($"{published.Id}@1", Topics.Scored, Score(published.Data)));
                }

                break;
            case Topics.Rejected:
                Rejected.Enqueue(JsonSerializer.Deserialize(published.Data.Span, ContractsJson.Wire.RejectedPost)!);
                _answers.Writer.TryWrite(new IncomingEvent(published.Id, topic, published.Data));
                break;
            case Topics.IngestStatus:
                _statuses.Writer.TryWrite(
                    JsonSerializer.Deserialize(published.Data.Span, ContractsJson.Wire.IngestStatus)!);
                break;
            default:
                Assert.Fail($"nothing is published to {topic}");
                break;
        }
    }

    private static byte[] Score(ReadOnlyMemory<byte> post) => JsonSerializer.SerializeToUtf8Bytes(
        new ScoredPost
        {
            Post = JsonSerializer.Deserialize(post.Span, ContractsJson.Wire.Post)!,
            Sentiment = new Sentiment(SentimentLabel.Neutral, 0.25f, 0.5f, 0.25f),
            Model = new ModelVersion("fake", 1),
            Tokens = 2,
            Truncated = false,
            ScoredAt = DateTimeOffset.UnixEpoch,
        },
        ContractsJson.Wire.ScoredPost);
}
