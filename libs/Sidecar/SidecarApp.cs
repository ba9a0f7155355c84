using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Sidecar;

/// <summary>The app this program is. A sidecar belongs to one app, so all subscriptions and actors are of that one.</summary>
internal sealed class SidecarApp
{
    public SidecarApp(
        IConfiguration configuration,
        IOptions<SidecarOptions> options,
        IEnumerable<SubscriptionBinding> subscriptions,
        IEnumerable<ActorBinding> actors)
    {
        string[] bound = [.. subscriptions.Select(b => b.Subscription.App), .. actors.Select(a => a.Registration.App)];
        var configured = options.Value.AppId ?? configuration[SidecarEnvironment.AppIdKey];
        Id = configured is { Length: > 0 } ? configured : bound.FirstOrDefault() ?? "moodstream";
        if (bound.FirstOrDefault(app => app != Id) is { } other)
        {
            throw new InvalidOperationException(
                $"this program is the app {Id}, but {other} has subscriptions or actors in it too: a sidecar serves one app, "
                + "so each app is a program of its own");
        }
    }

    /// <summary>App id: consumer group of the subscriptions, source of the events.</summary>
    public string Id { get; }
}
