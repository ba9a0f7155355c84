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
    /// <summary>
    /// Adds the classifier. It needs a publisher and deliveries (an adapter of the building blocks), and loads its
    /// model when the host starts; a model that cannot be used stops the start.
    /// </summary>
    public static TBuilder AddClassifier<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddValidatedOptions<ClassifierOptions, ClassifierOptionsValidator>(ClassifierOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ClassifierMetrics>();
        services.TryAddSingleton(provider =>
            BertInference.Load(provider.GetRequiredService<IOptions<ClassifierOptions>>().Value));
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
        });
        return builder;
    }
}
