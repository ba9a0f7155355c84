using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.BuildingBlocks.State;
using Moodstream.Contracts;
using Moodstream.Ingestor.Leasing;
using Moodstream.Ingestor.Publishing;
using Moodstream.Ingestor.Settlement;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor;

/// <summary>Adds the ingestor to an application.</summary>
internal static class IngestorExtensions
{
    // Settling is cheap, and a full window waits for it: short waits. As many as a sidecar has workers for at most, or
    // each batch waits its time out.
    private static readonly BulkDelivery SettleDelivery =
        new() { MaxCount = 100, MaxWait = TimeSpan.FromMilliseconds(20) };

    /// <summary>Reads the source named in <see cref="IngestorOptions.Section"/> and settles every post of it.</summary>
    public static TBuilder AddIngestor<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddIngestorOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSettlement();
        services.TryAddSingleton<IRowReader, PostRowReader>();
        services.TryAddSingleton(s => PostSources.Create(s.GetRequiredService<IngestorOptions>(), s));
        services.AddSingleton(s => new TopicTracker(s.GetRequiredService<IngestorOptions>().Track));
        services.AddSingleton(s => new Pacer(
            s.GetRequiredService<IngestorOptions>().EffectivePostsPerSecond, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Intake>();
        services.AddSingleton<RawPublisher>();
        services.AddSingleton<StatusReporter>();
        services.AddSingleton<IngestorMetrics>();
        services.AddHostedService<IngestorService>();
        services.AddBulkSubscription<SettleHandler>(Settles(Topics.Scored));
        services.AddBulkSubscription<SettleHandler>(Settles(Topics.Rejected));
        return builder;
    }

    private static void AddIngestorOptions(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<IngestorOptions>, IngestorOptionsValidator>();
        services.AddSingleton<IValidateOptions<IngestorOptions>, IngestorOptionsRules>();
        services.AddOptions<IngestorOptions>()
            .BindConfiguration(IngestorOptions.Section, o => o.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.AddSingleton(s => s.GetRequiredService<IOptions<IngestorOptions>>().Value);
    }

    private static void AddSettlement(this IServiceCollection services)
    {
        services.AddSingleton(s => new SharedWindow(new SettlementWindow(
            s.GetRequiredService<IngestorOptions>().Rules, s.GetRequiredService<TimeProvider>())));
        services.AddSingleton(s => new SourceKey(s.GetRequiredService<IPostSource>().Name));
        services.AddSingleton<StorePatience>();
        services.AddSingleton<CursorStore>();
        services.AddSingleton<CursorKeeper>();
        services.AddSingleton(s => new SourceLease(
            s.GetRequiredService<IStateStore>(),
            s.GetRequiredService<SourceKey>(),
            LeaseOwner.Current,
            s.GetRequiredService<IngestorOptions>().LeaseDuration,
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<SourceLease>>()));
    }

    private static Subscription Settles(string topic) =>
        new() { Topic = topic, App = Apps.Ingestor, Bulk = SettleDelivery, DeadLetterTopic = Topics.Dead };
}
