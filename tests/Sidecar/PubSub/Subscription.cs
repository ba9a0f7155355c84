using System.Text.Json;
using Moodstream.Tests.Sidecar.Resources;
using YamlDotNet.RepresentationModel;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>One rule: the events it matches go to its path.</summary>
internal sealed record Rule(string Match, string Path);

/// <summary>What an app wants of a topic, told by the app (Dapr's contract, 2.1) or by a file (2.2).</summary>
internal sealed record Subscription(string PubSub, string Topic, IReadOnlyList<Rule> Rules, string? DeadLetterTopic,
    IReadOnlyDictionary<string, string> Metadata, BulkSubscribe? Bulk, string Type)
{
    public bool Raw => Metadata.TryGetValue("rawPayload", out var raw) && raw is "true" or "1" or "True" or "TRUE" or "t" or "T";

    /// <summary>The subscriptions of the app's answer; an entry without a route is dropped.</summary>
    public static IEnumerable<Subscription> OfApp(JsonElement answer)
    {
        foreach (var entry in answer.EnumerateArray())
        {
            List<Rule> rules = [];
            if (entry.TryGetProperty("routes", out var routes) && routes.ValueKind == JsonValueKind.Object)
            {
                if (routes.TryGetProperty("rules", out var list) && list.ValueKind == JsonValueKind.Array)
                {
                    rules.AddRange(list.EnumerateArray().Select(r => new Rule(Text(r, "match") ?? "", Text(r, "path") ?? "")));
                }

                rules.AddRange(Text(routes, "default") is { } otherwise ? [new Rule("", otherwise)] : Array.Empty<Rule>());
            }

            if (Text(entry, "route") is { Length: > 0 } route && !rules.Exists(r => r.Match.Length == 0))
            {
                rules.Add(new("", route));
            }

            if (rules.Count == 0)
            {
                continue;
            }

            var metadata = entry.TryGetProperty("metadata", out var given) && given.ValueKind == JsonValueKind.Object
                ? given.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString()) : [];
            BulkSubscribe? bulk = null;
            if (entry.TryGetProperty("bulkSubscribe", out var b) && b.TryGetProperty("enabled", out var on) && on.ValueKind == JsonValueKind.True)
            {
                bulk = BulkSubscribe.Of(Number(b, "maxMessagesCount"), Number(b, "maxAwaitDurationMs"));
            }

            yield return new(Text(entry, "pubsubname") ?? "", Text(entry, "topic") ?? "", rules,
                Text(entry, "deadLetterTopic") is { Length: > 0 } dead ? dead : null, metadata, bulk, "PROGRAMMATIC");
        }

        static string? Text(JsonElement element, string name) =>
            element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        static int Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
    }

    public static Subscription Of(YamlNode document)
    {
        List<Rule> rules = [.. document.ItemsAt("spec", "routes", "rules").Select(r => new Rule(r.TextAt("match") ?? "", r.TextAt("path") ?? ""))];
        if ((document.TextAt("spec", "routes", "default") ?? document.TextAt("spec", "route")) is { } otherwise)
        {
            rules.Add(new("", otherwise));
        }

        return new(document.TextAt("spec", "pubsubname") ?? "", document.TextAt("spec", "topic") ?? "", rules,
            document.TextAt("spec", "deadLetterTopic"),
            document.PairsAt("spec", "metadata").ToDictionary(p => p.Key, p => ((YamlScalarNode)p.Value).Value ?? ""),
            document.TextAt("spec", "bulkSubscribe", "enabled") == "true"
                ? BulkSubscribe.Of(
                    int.Parse(document.TextAt("spec", "bulkSubscribe", "maxMessagesCount") ?? "0", System.Globalization.CultureInfo.InvariantCulture),
                    int.Parse(document.TextAt("spec", "bulkSubscribe", "maxAwaitDurationMs") ?? "0", System.Globalization.CultureInfo.InvariantCulture))
                : null,
            "DECLARATIVE");
    }
}

/// <summary>How deliveries are gathered; 0 means daprd's defaults, 100 and 1 s.</summary>
internal sealed record BulkSubscribe(int MaxMessages, TimeSpan MaxAwait)
{
    public static BulkSubscribe Of(int maxMessages, int maxAwaitMs) =>
        new(maxMessages > 0 ? maxMessages : 100, TimeSpan.FromMilliseconds(maxAwaitMs > 0 ? maxAwaitMs : 1000));
}
