using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>The app's subscriptions: started when it is there and healthy, stopped when it is not.</summary>
internal sealed class SubscriptionHost(
    SidecarOptions options, SidecarResources resources, AppChannel app, Publisher publisher, IReadOnlyDictionary<string, RedisStreams> components) : IDisposable
{
    private CancellationTokenSource? _running;

    /// <summary>One of each topic: of the app's own the last counts, and they beat those of files, of which the first counts.</summary>
    public IReadOnlyList<Subscription> All { get; private set; } = [];

    public bool Possible => components.Count > 0;

    /// <summary>Deliveries being worked on.</summary>
    public int Busy => components.Values.Sum(c => c.Busy);

    public void Set(IEnumerable<Subscription> ofApp)
    {
        Dictionary<(string, string), Subscription> all = [];
        foreach (var subscription in ofApp)
        {
            all[(subscription.PubSub, subscription.Topic)] = subscription;
        }

        foreach (var subscription in resources.Subscriptions)
        {
            all.TryAdd((subscription.PubSub, subscription.Topic), subscription);
        }

        All = [.. all.Values];
    }

    public void Start()
    {
        _running?.Cancel();
        _running = new();
        foreach (var subscription in All)
        {
            Deliver deliver;
            if (subscription.Bulk is null)
            {
                deliver = new SingleDelivery(subscription, resources, app, publisher, options.Log).DeliverAsync;
            }
            else
            {
                var bulk = new BulkDelivery(subscription, resources, app, publisher, options.Log, _running.Token);
                _ = bulk.RunAsync();
                deliver = bulk.DeliverAsync;
            }

            components[subscription.PubSub].Subscribe(new(subscription.Topic, deliver, _running.Token));
        }
    }

    public void Stop() => _running?.Cancel();

    public void Dispose() => _running?.Dispose();
}
