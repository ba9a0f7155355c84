using System.Text.Json;
using Moodstream.Tests.Sidecar.PubSub;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.Actors;

/// <summary>What the app says of its actors in GET /dapr/config (Dapr's contract, 5.1); reentrancy and settings of single types are not doubled.</summary>
internal sealed record ActorSettings(IReadOnlyList<string> Types, TimeSpan IdleTimeout, TimeSpan Drain)
{
    public static ActorSettings None { get; } = new([], TimeSpan.FromMinutes(60), TimeSpan.FromSeconds(2));

    public static ActorSettings Of(JsonElement? config) => config is not { } given ? None : new(
        given.TryGetProperty("entities", out var types) ? [.. types.EnumerateArray().Select(t => t.GetString()!)] : [],
        Duration(given, "actorIdleTimeout", None.IdleTimeout),
        Duration(given, "drainOngoingCallTimeout", None.Drain));

    /// <summary>What cannot be read counts as not given.</summary>
    private static TimeSpan Duration(JsonElement element, string name, TimeSpan otherwise) =>
        element.TextAt(name) is { } text && Durations.TryGo(text, out var value) ? value : otherwise;
}
