using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;
using Moodstream.Redis;
using Moodstream.Relay.Publishing;
using Moodstream.ServiceDefaults;

namespace Moodstream.Relay;

/// <summary>Puts the relay into a host.</summary>
internal static class RelayExtensions
{
    /// <summary>
    /// Adds the relay. It needs deliveries (an adapter of the building blocks). Redis need not be there when it starts,
    /// nor stay: posts wait for it.
    /// </summary>
    public static TBuilder AddRelay<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddValidatedOptions<RelayOptions, RelayOptionsValidator>(RelayOptions.Section);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RelayOptions>, RelayOptionsRules>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RelayMetrics>();
        services.TryAddSingleton(OpenClient);
        services.AddBulkSubscription<ScoredRelay>(new Subscription
        {
            Topic = Topics.Scored,
            App = Apps.Relay,
            DeadLetterTopic = Topics.Dead,
            IsSink = true,
        });
        return builder;
    }

    private static RedisClient OpenClient(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<RelayOptions>>().Value;
        var limits = new RedisClientOptions();
        if (options.TrustedCertificates is { } file)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            limits = limits with { TrustedRoots = roots };
        }

        return new RedisClient(RedisAddress.Parse(options.Redis), limits, provider.GetRequiredService<TimeProvider>());
    }
}
