using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Sidecar;

/// <summary>The app this program is. A sidecar belongs to one app, so all subscriptions are of that one.</summary>
internal sealed class SidecarApp
{
    public SidecarApp(
        IConfiguration configuration, IOptions<SidecarOptions> options, IEnumerable<SubscriptionBinding> bindings)
    {
        var subscribers = bindings.Select(b => b.Subscription.App).Distinct(StringComparer.Ordinal).ToArray();
        var configured = options.Value.AppId ?? configuration[SidecarEnvironment.AppIdKey];
        Id = configured is { Length: > 0 } ? configured : subscribers.FirstOrDefault() ?? "moodstream";
        if (subscribers.FirstOrDefault(app => app != Id) is { } other)
        {
            throw new InvalidOperationException(
                $"this program is the app {Id}, but {other} subscribes in it too: a sidecar serves one app, "
                + "so each app is a program of its own");
        }
    }

    /// <summary>App id: consumer group of the subscriptions, source of the events.</summary>
    public string Id { get; }
}
