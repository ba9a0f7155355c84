using System.Text.Json;
using System.Text.RegularExpressions;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>A rule that could not be evaluated: a failure, not a mismatch (Dapr's contract, 2.1).</summary>
internal sealed class RoutingException(string message) : Exception(message);

/// <summary>Where an event goes. Of CEL the double knows comparison with a literal: event.a.b == 'text'.</summary>
internal static partial class Routing
{
    public static string? PathOf(IReadOnlyList<Rule> rules, JsonElement cloudEvent) =>
        rules.FirstOrDefault(rule => rule.Match.Length == 0 || Matches(rule.Match, cloudEvent))?.Path;

    /// <summary>The header that goes with an event; none for one without trace attributes.</summary>
    public static string? TraceParent(JsonElement cloudEvent, double samplingRate)
    {
        if (!cloudEvent.TryGetProperty("traceparent", out var parent) && !cloudEvent.TryGetProperty("traceid", out parent))
        {
            return null;
        }

        var trace = Trace.Of(parent.ValueKind == JsonValueKind.String ? parent.GetString() : null, null, samplingRate);
        return trace.Parent.Length > 0 ? trace.Parent : Trace.Zero;
    }

    private static bool Matches(string match, JsonElement cloudEvent)
    {
        var comparison = Comparison().Match(match);
        if (!comparison.Success)
        {
            throw new RoutingException($"'{match}' where the double knows rules like event.type == 'x'");
        }

        var value = cloudEvent;
        foreach (var name in comparison.Groups[1].Value.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(name, out value))
            {
                throw new RoutingException($"no such key: {name}");
            }
        }

        return value.ValueKind == JsonValueKind.String && value.GetString() == comparison.Groups[3].Value;
    }

    [GeneratedRegex("""^\s*event\.([\w.]+)\s*==\s*(["'])(.*)\2\s*$""")]
    private static partial Regex Comparison();
}
