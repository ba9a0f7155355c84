using Microsoft.Extensions.DependencyInjection;

namespace Moodstream.BuildingBlocks.PubSub;

/// <summary>What one app subscribes to, and how it wants it delivered.</summary>
public sealed record Subscription
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>App id, which is also the consumer group: replicas of one app share the topic's events.</summary>
    public required string App { get; init; }

    /// <summary>Deliveries under way at once for an <see cref="ITopicHandler"/>; 1 to 4096.</summary>
    /// <value>Default: 16.</value>
    public int Concurrency { get; init; } = 16;

    /// <summary>How batches are made for an <see cref="IBulkTopicHandler"/>; ignored otherwise.</summary>
    public BulkDelivery Bulk { get; init; } = new();

    /// <summary>
    /// Where events go that were retried as often as the adapter's options allow; null: they are retried for ever.
    /// </summary>
    public string? DeadLetterTopic { get; init; }

    /// <summary>
    /// What comes here ends here: nobody publishes again what the topic's retention trims while the app is away.
    /// </summary>
    /// <value>Default: false.</value>
    public bool IsSink { get; init; }
}

/// <summary>How batches are made: whichever bound is reached first.</summary>
public sealed record BulkDelivery
{
    /// <summary>Most events in a batch; 1 to 1000.</summary>
    /// <value>Default: 100.</value>
    public int MaxCount { get; init; } = 100;

    /// <summary>Longest wait for a batch to fill, from its first event on; 0 to 1 hour.</summary>
    /// <value>Default: 40 ms.</value>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(40);
}

/// <summary>A subscription bound to the handler a container makes. Adapters take all that are registered.</summary>
/// <param name="Subscription">What is subscribed to.</param>
/// <param name="Handler">Makes an <see cref="ITopicHandler"/> or <see cref="IBulkTopicHandler"/>; called once.</param>
public sealed record SubscriptionBinding(Subscription Subscription, Func<IServiceProvider, object> Handler);

/// <summary>Registers subscriptions.</summary>
public static class SubscriptionExtensions
{
    /// <summary>Delivers a topic's events to a handler, one a call.</summary>
    /// <typeparam name="THandler">Made once, as a singleton.</typeparam>
    /// <param name="services">The services of one app, or of several in one process.</param>
    /// <param name="subscription">What is subscribed to.</param>
    public static IServiceCollection AddSubscription<THandler>(
        this IServiceCollection services, Subscription subscription)
        where THandler : class, ITopicHandler =>
        services.Bind<THandler>(_ => subscription);

    /// <summary>Delivers a topic's events to a handler, one a call, as options of the container ask.</summary>
    /// <typeparam name="THandler">Made once, as a singleton.</typeparam>
    /// <param name="services">The services of one app, or of several in one process.</param>
    /// <param name="subscription">What is subscribed to; called once.</param>
    public static IServiceCollection AddSubscription<THandler>(
        this IServiceCollection services, Func<IServiceProvider, Subscription> subscription)
        where THandler : class, ITopicHandler =>
        services.Bind<THandler>(subscription);

    /// <summary>Delivers a topic's events to a handler, in batches.</summary>
    /// <typeparam name="THandler">Made once, as a singleton.</typeparam>
    /// <param name="services">The services of one app, or of several in one process.</param>
    /// <param name="subscription">What is subscribed to.</param>
    public static IServiceCollection AddBulkSubscription<THandler>(
        this IServiceCollection services, Subscription subscription)
        where THandler : class, IBulkTopicHandler =>
        services.Bind<THandler>(_ => subscription);

    private static IServiceCollection Bind<THandler>(
        this IServiceCollection services, Func<IServiceProvider, Subscription> subscription)
        where THandler : class =>
        services.AddSingleton(provider => new SubscriptionBinding(
            subscription(provider), ActivatorUtilities.GetServiceOrCreateInstance<THandler>));
}
