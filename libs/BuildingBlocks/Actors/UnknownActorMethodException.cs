namespace Moodstream.BuildingBlocks.Actors;

/// <summary>
/// Thrown by an actor that has no such method, reminder or timer; hosts answer it as permanent (404 over Dapr's
/// sidecar), and callers see <see cref="ActorCallFailure.UnknownMethod"/>.
/// </summary>
/// <param name="name">The method, reminder or timer asked for.</param>
public sealed class UnknownActorMethodException(string name) : Exception($"the actor has no method '{name}'")
{
    /// <summary>The method, reminder or timer asked for.</summary>
    public string Name { get; } = name;
}
