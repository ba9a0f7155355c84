using Microsoft.Extensions.DependencyInjection;

namespace Moodstream.BuildingBlocks.Actors;

/// <summary>An actor type bound to the actors a container makes. Adapters take all that are registered.</summary>
/// <param name="Registration">The type.</param>
/// <param name="Activate">Makes one actor; called once an activation.</param>
public sealed record ActorBinding(
    ActorRegistration Registration, Func<IServiceProvider, IActorContext, IActor> Activate);

/// <summary>Registers actor types.</summary>
public static class ActorExtensions
{
    /// <summary>Hosts an actor type.</summary>
    /// <typeparam name="TActor">
    /// Made once an activation: its constructor takes an <see cref="IActorContext"/>, and services of the container.
    /// </typeparam>
    /// <param name="services">The services of one app, or of several in one process.</param>
    /// <param name="registration">The type.</param>
    public static IServiceCollection AddActor<TActor>(
        this IServiceCollection services, ActorRegistration registration)
        where TActor : class, IActor =>
        services.AddActor<TActor>(_ => registration);

    /// <summary>Hosts an actor type as options of the container ask.</summary>
    /// <typeparam name="TActor">As above.</typeparam>
    /// <param name="services">The services of one app, or of several in one process.</param>
    /// <param name="registration">The type; called once.</param>
    public static IServiceCollection AddActor<TActor>(
        this IServiceCollection services, Func<IServiceProvider, ActorRegistration> registration)
        where TActor : class, IActor
    {
        // Found once: activation is on the way of a call.
        var make = ActivatorUtilities.CreateFactory<TActor>([typeof(IActorContext)]);
        return services.AddSingleton(provider => new ActorBinding(
            registration(provider), (activating, context) => make(activating, [context])));
    }
}
