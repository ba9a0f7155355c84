using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>The subscriptions of this app and the times at which they take deliveries.</summary>
internal sealed class DeliveryHub : IDisposable
{
    private readonly FrozenDictionary<string, TopicRoute> _bySegment;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private readonly TimeSpan _gracePeriod;
    private readonly SidecarMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ITimer? _grace;
    private volatile bool _isStopping;

    /// <summary>Takes the subscriptions of the app; none is open yet.</summary>
    /// <exception cref="InvalidOperationException">They cannot all be served; says which and why.</exception>
    public DeliveryHub(
        IEnumerable<SubscriptionBinding> bindings,
        IOptions<SidecarOptions> options,
        SidecarMetrics metrics,
        TimeProvider time,
        ILogger<DeliveryHub> logger)
    {
        Routes = [.. bindings.Select(b => new TopicRoute(b))];
        if (Routes.GroupBy(r => r.Subscription.Topic).FirstOrDefault(g => g.Count() > 1) is { } repeated)
        {
            // Of two the sidecar would take the last and say nothing (Dapr's contract, 2.1;
            // 04s-cel-and-duplicates.json).
            throw new InvalidOperationException(
                $"{repeated.First().Subscription.App} subscribes to {repeated.Key} more than once: "
                + "one app is one consumer group, and has one handler per topic");
        }

        _bySegment = Routes.ToFrozenDictionary(r => r.Segment);
        _gracePeriod = options.Value.GracePeriod;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        Ended = _ended.Token;
        metrics.Observe(Routes);
    }

    /// <summary>One per subscription.</summary>
    public IReadOnlyList<TopicRoute> Routes { get; }

    /// <summary>Completes when the handlers are there; deliveries that come before wait.</summary>
    public Task Started => _started.Task;

    /// <summary>Whether a shutdown has begun: what comes now is for another replica.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>Cancelled when the grace period of a shutdown ends.</summary>
    public CancellationToken Ended { get; }

    /// <summary>The subscription that is delivered to a path; null when there is none.</summary>
    public TopicRoute? Find(string segment) => _bySegment.GetValueOrDefault(segment);

    /// <summary>Makes the handlers and lets deliveries in.</summary>
    public void Start(IServiceProvider services)
    {
        foreach (var route in Routes)
        {
            route.Open(services);
        }

        _started.TrySetResult();
    }

    /// <summary>Lets no more deliveries in, and gives those that are under way the grace period.</summary>
    public void Stop()
    {
        _isStopping = true;
        _started.TrySetResult();
        _grace = _time.CreateTimer(_ => End(), null, _gracePeriod, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _grace?.Dispose();
        _ended.Cancel();
        _ended.Dispose();
    }

    private void End()
    {
        foreach (var route in Routes.Where(r => r.Unanswered > 0))
        {
            var subscription = route.Subscription;
            _metrics.Abandoned(subscription, route.Unanswered);
            _logger.Abandoned(route.Unanswered, subscription.Topic, subscription.App, _gracePeriod);
        }

        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Disposed while the timer fired, which cancels as well.
        }
    }
}
