using System.Buffers.Text;
using System.Text;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>A subscription, where it is delivered to, and how many deliveries are under way.</summary>
internal sealed class TopicRoute
{
    /// <summary>What the path of every delivery begins with.</summary>
    public const string Prefix = "/events/";

    private int _unanswered;

    public TopicRoute(SubscriptionBinding binding)
    {
        Binding = binding;
        Subscription = Checked(binding.Subscription);
        Segment = IsPlain(Subscription.Topic)
            ? Subscription.Topic
            : "~" + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Subscription.Topic));
    }

    public SubscriptionBinding Binding { get; }

    public Subscription Subscription { get; }

    /// <summary>
    /// The topic's name in the path: as it is where nothing in it could be escaped, resolved or decoded on the way.
    /// </summary>
    public string Segment { get; }

    /// <summary>Path of the deliveries.</summary>
    public string Path => Prefix + Segment;

    /// <summary>An <see cref="ITopicHandler"/> or <see cref="IBulkTopicHandler"/>; made when the program has started.</summary>
    public object? Handler { get; set; }

    /// <summary>Lets as many deliveries be handled at once as the subscription allows; made with the handler.</summary>
    public SemaphoreSlim Gate { get; private set; } = new(0);

    /// <summary>Deliveries without an answer, those that wait for others included.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Makes the handler.</summary>
    /// <exception cref="InvalidOperationException">It is no handler of events.</exception>
    public void Open(IServiceProvider services)
    {
        Handler = Binding.Handler(services);
        Gate = Handler switch
        {
            ITopicHandler => new SemaphoreSlim(Subscription.Concurrency),

            // The sidecar posts one batch of a topic at a time by itself (Dapr's contract, 2.5), but a batch that was
            // answered because its time was over may still be at work when the next one comes.
            IBulkTopicHandler => new SemaphoreSlim(1),
            var other => throw new InvalidOperationException(
                $"{Subscription.App}'s handler of {Subscription.Topic} must be a topic handler, "
                + $"not {other?.GetType().Name ?? "null"}"),
        };
    }

    public void Arrived() => Interlocked.Increment(ref _unanswered);

    public void Answered() => Interlocked.Decrement(ref _unanswered);

    private static bool IsPlain(string topic) =>
        topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && topic.Any(c => c != '.');

    private static Subscription Checked(Subscription subscription)
    {
        var name = $"{subscription.App}'s subscription to {subscription.Topic}";
        if (subscription.Concurrency is < 1 or > 4096)
        {
            throw new InvalidOperationException(
                $"{name}: concurrency must be 1 to 4096, not {subscription.Concurrency}");
        }

        if (subscription.Bulk.MaxCount is < 1 or > 1000
            || subscription.Bulk.MaxWait < TimeSpan.Zero || subscription.Bulk.MaxWait > TimeSpan.FromHours(1))
        {
            throw new InvalidOperationException(
                $"{name}: batches must be of 1 to 1000 events and wait 0 to 1 hour, "
                + $"not {subscription.Bulk.MaxCount} and {subscription.Bulk.MaxWait}");
        }

        return subscription;
    }
}
