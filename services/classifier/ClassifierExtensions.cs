using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Classifier.Batching;
using Moodstream.Classifier.Inference;
using Moodstream.Classifier.Posts;
using Moodstream.Contracts;
using Moodstream.ServiceDefaults;
using Moodstream.Sidecar;

namespace Moodstream.Classifier;

/// <summary>Registers the classifier.</summary>
internal static class ClassifierExtensions
{
    /// <summary>
    /// Adds the classifier. It needs a publisher and deliveries (an adapter of the building blocks), and loads its
    /// model when the host starts; a model that cannot be used stops the start. A server of models need not be there
    /// then: posts wait for it.
    /// </summary>
    public static TBuilder AddClassifier<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddValidatedOptions<ClassifierOptions, ClassifierOptionsValidator>(ClassifierOptions.Section);
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<ClassifierOptions>, ModelEndpointValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ClassifierMetrics>();
        services.TryAddSingleton(OpenModel);
        services.TryAddSingleton<ScoringService>();
        services.TryAddSingleton<ResultPublisher>();
        services.AddHostedService(provider => provider.GetRequiredService<ScoringService>());
        services.AddHealthChecks()
            .AddCheck<ModelHealthCheck>("model", tags: [ServiceDefaultsExtensions.ReadyTag]);
        services.AddSubscription<RawPostHandler>(provider => new Subscription
        {
            Topic = Topics.Raw,
            App = Apps.Classifier,
            Concurrency = provider.GetRequiredService<IOptions<ClassifierOptions>>().Value.Concurrency,
            DeadLetterTopic = Topics.Dead,
        });
        return builder;
    }

    private static ScoringModel OpenModel(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ClassifierOptions>>().Value;
        var configuration = provider.GetRequiredService<IConfiguration>();

        // An app id alone: the call goes through the own sidecar, at the address Dapr puts into the environment.
        var endpoint = options.ModelEndpoint
            ?? (options.ModelAppId is null ? null : SidecarEnvironment.GrpcAddress(configuration));
        return endpoint is null
            ? BertInference.Load(options)
            : ServingModel.Open(
                options,
                endpoint,
                configuration[SidecarEnvironment.ApiTokenKey],
                provider.GetRequiredService<TimeProvider>());
    }
}
