using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Classifier.Batching;
using Moodstream.Classifier.Inference;
using Moodstream.Classifier.Posts;
using Moodstream.Contracts;
using Moodstream.ServiceDefaults;

namespace Moodstream.Classifier;

/// <summary>Registers the classifier.</summary>
internal static class ClassifierExtensions
{
    // Dapr's own variable: https://docs.dapr.io/operations/security/api-token/
    private const string SidecarTokenKey = "DAPR_API_TOKEN";

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
        return options.ModelEndpoint is null
            ? BertInference.Load(options)
            : ServingModel.Open(
                options,
                provider.GetRequiredService<IConfiguration>()[SidecarTokenKey],
                provider.GetRequiredService<TimeProvider>());
    }
}
