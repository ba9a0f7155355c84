using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Dashboard.Board;
using Moodstream.Dashboard.Events;
using Moodstream.Dashboard.Live;
using Moodstream.Dashboard.Page;

namespace Moodstream.Dashboard;

/// <summary>Puts the live page into a host: alone, or beside the other services in one process.</summary>
internal static class DashboardExtensions
{
    public static IHostApplicationBuilder AddDashboard(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<DashboardOptions>, DashboardOptionsValidator>();
        services.AddOptions<DashboardOptions>()
            .BindConfiguration(DashboardOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<DashboardMetrics>();
        services.AddSingleton<MoodBoard>();
        services.AddSingleton<LiveFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        services.AddSingleton<Clients>();
        services.AddSingleton<EventStream>();

        services.AddBulkSubscription<ScoredHandler>(To(Topics.Scored) with { IsSink = true });
        services.AddBulkSubscription<RejectedHandler>(To(Topics.Rejected) with { IsSink = true });
        services.AddBulkSubscription<DeletedHandler>(To(Topics.Deleted));
        services.AddBulkSubscription<IngestStatusHandler>(To(Topics.IngestStatus));
        services.AddBulkSubscription<WindowsHandler>(To(Topics.Windows));
        services.AddBulkSubscription<ShiftHandler>(To(Topics.Shifts) with { IsSink = true });
        return builder;
    }

    public static WebApplication MapDashboard(this WebApplication app)
    {
        app.UseMiddleware<BrowserDefences>();
        app.MapPage();
        app.MapLive();
        return app;
    }

    private static Subscription To(string topic) => new()
    {
        Topic = topic,
        App = Apps.Dashboard,
        DeadLetterTopic = Topics.Dead,
    };
}
