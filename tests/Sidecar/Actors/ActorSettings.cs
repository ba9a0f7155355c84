using System.Text.Json;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.Actors;

/// <summary>What the app says of its actors in GET /dapr/config (Dapr's contract, 5.1); reentrancy is not doubled.</summary>
internal sealed record ActorSettings(IReadOnlyList<string> Types, TimeSpan IdleTimeout, TimeSpan Drain, IReadOnlyDictionary<string, TimeSpan> IdleOf)
{
    public static ActorSettings None { get; } = new([], TimeSpan.FromMinutes(60), TimeSpan.FromSeconds(2), new Dictionary<string, TimeSpan>());

    public static ActorSettings Of(JsonElement? config)
    {
        if (config is not { ValueKind: JsonValueKind.Object } given)
        {
            return None;
        }

        Dictionary<string, TimeSpan> idleOf = [];
        if (given.TryGetProperty("entitiesConfig", out var each) && each.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in each.EnumerateArray())
            {
                foreach (var type in TypesOf(entry))
                {
                    idleOf[type] = Duration(entry, "actorIdleTimeout", Duration(given, "actorIdleTimeout", None.IdleTimeout));
                }
            }
        }

        return new(TypesOf(given), Duration(given, "actorIdleTimeout", None.IdleTimeout), Duration(given, "drainOngoingCallTimeout", None.Drain), idleOf);
    }

    private static List<string> TypesOf(JsonElement element) =>
        element.TryGetProperty("entities", out var types) && types.ValueKind == JsonValueKind.Array ? [.. types.EnumerateArray().Select(t => t.GetString()!)] : [];

    /// <summary>What cannot be read counts as not given.</summary>
    private static TimeSpan Duration(JsonElement element, string name, TimeSpan otherwise) =>
        element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String && Durations.TryGo(text.GetString()!, out var value) ? value : otherwise;
}
