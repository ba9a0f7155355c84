using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess.Actors;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.BuildingBlocks.InProcess;

/// <summary>Registers the building blocks of a process that stands alone.</summary>
public static class InProcessBuildingBlocksExtensions
{
    /// <summary>
    /// Adds <see cref="IPublisher"/>, <see cref="IStateStore"/> and <see cref="IActorClient"/>, delivers to every
    /// registered <see cref="SubscriptionBinding"/> and hosts every registered <see cref="ActorBinding"/>, with options
    /// from section <see cref="InProcessOptions.Section"/>.
    /// </summary>
    /// <param name="builder">The program, which may hold several apps.</param>
    public static IHostApplicationBuilder AddInProcessBuildingBlocks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<InProcessOptions>, InProcessOptionsValidator>();
        builder.Services.AddOptions<InProcessOptions>()
            .BindConfiguration(InProcessOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateOnStart();
        builder.Services.AddBlocks();
        return builder;
    }

    /// <summary>The same with options at hand.</summary>
    /// <param name="services">The services of one app, or of several in one process.</param>
    /// <param name="options">How the building blocks behave.</param>
    /// <exception cref="OptionsValidationException">An option is out of its range; all that are, are named.</exception>
    public static IServiceCollection AddInProcessBuildingBlocks(
        this IServiceCollection services, InProcessOptions options)
    {
        var validated = new InProcessOptionsValidator().Validate(null, options);
        if (validated.Failed)
        {
            throw new OptionsValidationException(
                nameof(InProcessOptions), typeof(InProcessOptions), validated.Failures);
        }

        return services.AddSingleton(Options.Create(options)).AddBlocks();
    }

    private static IServiceCollection AddBlocks(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<BuildingBlocksMetrics>();
        services.TryAddSingleton<InProcessBroker>();
        services.TryAddSingleton<IPublisher>(provider => provider.GetRequiredService<InProcessBroker>());
        services.TryAddSingleton<IStateStore>(provider =>
            provider.GetRequiredService<IOptions<InProcessOptions>>().Value.DataFolder is { Length: > 0 } folder
                ? FileStateStore.Open(folder)
                : new InMemoryStateStore());
        services.TryAddSingleton(provider => new ActorMetrics(
            provider.GetRequiredService<IMeterFactory>(), BuildingBlocksMetrics.MeterName));
        services.TryAddSingleton<InProcessActors>();
        services.TryAddSingleton<IActorClient>(provider => provider.GetRequiredService<InProcessActors>());
        services.AddHostedService<ActorService>();
        services.AddHostedService<DeliveryService>();
        return services;
    }
}
