using Microsoft.Extensions.DependencyInjection.Extensions;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.ServiceDefaults;
using Moodstream.Trends.Actors;
using Moodstream.Trends.Posts;

namespace Moodstream.Trends;

/// <summary>Puts the topics' moods into a host: alone, or beside the other services in one process.</summary>
internal static class TrendsExtensions
{
    /// <summary>Adds trends. It needs deliveries, a publisher and actors (an adapter of the building blocks).</summary>
    public static TBuilder AddTrends<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddValidatedOptions<TrendsOptions, TrendsOptionsValidator>(TrendsOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TrendsMetrics>();
        services.AddActor<TopicMood>(new ActorRegistration { Type = TopicMood.Type, App = Apps.Trends });

        // A batch is a write for each of its topics: better few large ones, nobody waits for a quarter of a second. As
        // many as a sidecar has workers for at most, or each batch waits its time out.
        services.AddBulkSubscription<ScoredTrends>(new Subscription
        {
            Topic = Topics.Scored,
            App = Apps.Trends,
            DeadLetterTopic = Topics.Dead,
            IsSink = true,
            Bulk = new BulkDelivery { MaxCount = 128, MaxWait = TimeSpan.FromMilliseconds(500) },
        });
        return builder;
    }
}
