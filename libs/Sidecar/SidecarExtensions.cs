using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess.Actors;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.BuildingBlocks.State;
using Moodstream.Sidecar.Actors;
using Moodstream.Sidecar.Calls;
using Moodstream.Sidecar.Deliveries;
using Moodstream.Sidecar.Publishing;
using Moodstream.Sidecar.State;

namespace Moodstream.Sidecar;

/// <summary>Registers the building blocks of an app that has a Dapr sidecar.</summary>
public static class SidecarExtensions
{
    /// <summary>
    /// Adds <see cref="IPublisher"/>, <see cref="IStateStore"/> and <see cref="IActorClient"/>, delivers to every
    /// registered <see cref="SubscriptionBinding"/> and hosts every <see cref="ActorBinding"/>, with options from section <see cref="SidecarOptions.Section"/>. The program
    /// also needs <see cref="MapSidecar"/>, at the port that the sidecar was told is the app's.
    /// </summary>
    /// <param name="builder">The program, which is one app.</param>
    public static IHostApplicationBuilder AddSidecarBuildingBlocks(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<SidecarOptions>, SidecarOptionsValidator>();
        services.AddSingleton<IValidateOptions<SidecarOptions>, SidecarAddressValidator>();
        services.AddOptions<SidecarOptions>()
            .BindConfiguration(SidecarOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SidecarMetrics>();
        services.TryAddSingleton<SidecarApp>();
        services.TryAddSingleton<SidecarClient>();
        services.TryAddSingleton<SidecarWatch>();
        services.TryAddSingleton<DeliveryHub>();
        services.TryAddSingleton<HandlerRunner>();
        services.TryAddSingleton<DeliveryEndpoint>();
        services.TryAddSingleton<DiscoveryEndpoint>();
        services.TryAddSingleton<AppToken>();
        services.TryAddSingleton<ActorApi>();
        services.TryAddSingleton<ActorHub>();
        services.TryAddSingleton<ActorEndpoint>();
        services.TryAddSingleton(provider => new ActorMetrics(
            provider.GetRequiredService<IMeterFactory>(), SidecarMetrics.MeterName));
        services.TryAddSingleton<IActorClient, SidecarActorClient>();
        services.TryAddSingleton<IPublisher, SidecarPublisher>();
        services.TryAddSingleton(provider => new SidecarStateStore(
            provider.GetRequiredService<SidecarClient>(),
            provider.GetRequiredService<SidecarWatch>(),
            provider.GetRequiredService<IOptions<SidecarOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IStateStore>(provider => provider.GetRequiredService<SidecarStateStore>());
        services.AddHostedService(provider => provider.GetRequiredService<SidecarWatch>());
        services.AddHostedService<SidecarService>();
        services.AddHostedService<RetentionWatch>();
        return builder;
    }

    /// <summary>
    /// Maps what the sidecar calls: <c>/dapr/subscribe</c>, <c>/dapr/config</c>, the deliveries below
    /// <c>/events/</c>, the turns of actors below <c>/actors/</c>, and <c>/healthz</c>. All but the last ask for <c>APP_API_TOKEN</c> where it is set.
    /// </summary>
    /// <typeparam name="TEndpoints">The program's endpoints.</typeparam>
    /// <param name="endpoints">The program's endpoints.</param>
    public static TEndpoints MapSidecar<TEndpoints>(this TEndpoints endpoints)
        where TEndpoints : IEndpointRouteBuilder
    {
        var services = endpoints.ServiceProvider;
        var token = services.GetRequiredService<AppToken>();
        var discovery = services.GetRequiredService<DiscoveryEndpoint>();
        var deliveries = services.GetRequiredService<DeliveryEndpoint>();

        // Says that the process turns over, and no more: a sidecar that finds its app in ill health lets go of work in
        // hand (Dapr's contract, 2.10 and 11.2). Its probes carry no token (11.4).
        endpoints.MapGet("/healthz", context =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        endpoints.MapGet(DiscoveryEndpoint.SubscribePath, token.Checked(discovery.SubscribeAsync));
        endpoints.MapGet(DiscoveryEndpoint.ConfigPath, token.Checked(discovery.ConfigAsync));

        // A catch-all, so that no path below it is a 404, which would drop what was delivered (2.4 and 2.5).
        endpoints.Map(DeliveryEndpoint.Pattern, token.Checked(deliveries.HandleAsync));

        var actors = services.GetRequiredService<ActorEndpoint>();
        endpoints.MapPut(ActorEndpoint.CallPattern, token.Checked(actors.CallAsync));
        endpoints.MapPut(ActorEndpoint.ReminderPattern, token.Checked(actors.RemindAsync));
        endpoints.MapPut(ActorEndpoint.TimerPattern, token.Checked(actors.TickAsync));
        endpoints.MapDelete(ActorEndpoint.ActorPattern, token.Checked(actors.DeactivateAsync));
        return endpoints;
    }
}
