using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>
/// The unanswered events of one subscription. Each holds one of a fixed number of permits from publish to answer,
/// so the channels need no bound of their own and an event that is parked can always go back to the waiting ones.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "The semaphore has no handle to free, and a handler may answer after the broker is disposed.")]
internal sealed class SubscriptionQueue
{
    private readonly SemaphoreSlim _permits;
    private readonly int _capacity;
    private readonly TimeSpan _retryInterval;
    private readonly TimeProvider _time;
    private readonly UnansweredEvents _unanswered;
    private readonly FaultInjector _faults;
    private readonly Channel<QueuedEvent> _waiting;

    // In the order of their next attempts, since all wait equally long.
    private readonly Channel<QueuedEvent> _parked =
        Channel.CreateUnbounded<QueuedEvent>(new UnboundedChannelOptions { SingleReader = true });

    private long _sequence;

    public SubscriptionQueue(
        Subscription subscription,
        InProcessOptions options,
        UnansweredEvents unanswered,
        FaultInjector faults,
        TimeProvider time)
    {
        Subscription = subscription;
        _capacity = options.QueueCapacity;
        _permits = new SemaphoreSlim(_capacity, _capacity);
        _retryInterval = options.RetryInterval;
        _unanswered = unanswered;
        _faults = faults;
        _time = time;
        _waiting = faults.Reorders
            ? Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<QueuedEvent>
            {
                Comparer = Comparer<QueuedEvent>.Create((a, b) => a.Order.CompareTo(b.Order)),
            })
            : Channel.CreateUnbounded<QueuedEvent>();
    }

    public Subscription Subscription { get; }

    /// <summary>Events to deliver; completes when the broker ends.</summary>
    public ChannelReader<QueuedEvent> Waiting => _waiting.Reader;

    /// <summary>Events without an answer: waiting, being handled, or parked.</summary>
    public int Unanswered => _capacity - _permits.CurrentCount;

    /// <summary>How long the next event has been waiting since it was published; zero when none waits.</summary>
    public TimeSpan OldestAge =>
        _waiting.Reader.CanPeek && _waiting.Reader.TryPeek(out var next)
            ? _time.GetElapsedTime(next.EnqueuedAt)
            : TimeSpan.Zero;

    /// <summary>Takes an event in if there is room now.</summary>
    /// <param name="delivered">The event, with data of its own.</param>
    public bool TryEnqueue(IncomingEvent delivered) =>
        _permits.Wait(0, CancellationToken.None) && Enqueue(delivered);

    /// <summary>Takes an event in as soon as there is room.</summary>
    /// <param name="delivered">The event, with data of its own.</param>
    /// <param name="cancellationToken">Stops waiting for room; the event is not taken then.</param>
    /// <returns>False when the broker has ended.</returns>
    public async Task<bool> EnqueueAsync(IncomingEvent delivered, CancellationToken cancellationToken)
    {
        await _permits.WaitAsync(cancellationToken);
        return Enqueue(delivered);
    }

    /// <summary>Ends an event's stay.</summary>
    public void Answered()
    {
        _permits.Release();
        _unanswered.Remove();
    }

    /// <summary>Keeps an event, unanswered, until its next attempt.</summary>
    public void Park(QueuedEvent queued)
    {
        queued.ParkedAt = _time.GetTimestamp();
        _parked.Writer.TryWrite(queued);
    }

    /// <summary>Puts parked events back when their time has come, until the broker ends.</summary>
    public async Task RunParkedAsync(CancellationToken ended)
    {
        try
        {
            await foreach (var queued in _parked.Reader.ReadAllAsync(ended))
            {
                var wait = _retryInterval - _time.GetElapsedTime(queued.ParkedAt);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, _time, ended);
                }

                _waiting.Writer.TryWrite(queued);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // What is still parked stays unanswered, and is counted as abandoned.
        }
    }

    /// <summary>Lets the delivery loops end; nothing is delivered from here on.</summary>
    public void End() => _waiting.Writer.TryComplete();

    private bool Enqueue(IncomingEvent delivered)
    {
        _unanswered.Add();
        var order = _faults.Order(Interlocked.Increment(ref _sequence));
        if (_waiting.Writer.TryWrite(new QueuedEvent(delivered, _time.GetTimestamp(), order)))
        {
            return true;
        }

        Answered();
        return false;
    }
}
