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
    public bool Raw => Metadata.GetValueOrDefault("rawPayload") == "true";

    /// <summary>Where an event goes. Of CEL the double knows event.type == 'text' (05a-bulk-shape).</summary>
    public string PathOf(string? type) => Rules.First(r => r.Match.Length == 0 || r.Match == $"event.type == '{type}'").Path;

    /// <summary>The subscriptions of the app's answer.</summary>
    public static IEnumerable<Subscription> OfApp(JsonElement answer)
    {
        foreach (var entry in answer.EnumerateArray())
        {
            List<Rule> rules = [];
            if (entry.TryGetProperty("routes", out var routes))
            {
                if (routes.TryGetProperty("rules", out var list))
                {
                    rules.AddRange(list.EnumerateArray().Select(r => new Rule(r.TextAt("match") ?? "", r.TextAt("path") ?? "")));
                }

                rules.Add(new("", routes.TextAt("default") ?? ""));
            }
            else
            {
                rules.Add(new("", entry.TextAt("route") ?? ""));
            }

            var metadata = entry.TryGetProperty("metadata", out var given)
                ? given.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString()) : [];
            BulkSubscribe? bulk = null;
            if (entry.TryGetProperty("bulkSubscribe", out var b) && b.TryGetProperty("enabled", out var on) && on.ValueKind == JsonValueKind.True)
            {
                bulk = BulkSubscribe.Of(Number(b, "maxMessagesCount"), Number(b, "maxAwaitDurationMs"));
            }

            yield return new(entry.TextAt("pubsubname") ?? "", entry.TextAt("topic") ?? "", rules,
                entry.TextAt("deadLetterTopic") is { Length: > 0 } dead ? dead : null, metadata, bulk, "PROGRAMMATIC");
        }

        static int Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt32() : 0;
    }

    public static Subscription Of(YamlNode document)
    {
        int Number(string name) => int.Parse(document.TextAt("spec", "bulkSubscribe", name) ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        return new(document.TextAt("spec", "pubsubname") ?? "", document.TextAt("spec", "topic") ?? "",
            [new("", document.TextAt("spec", "routes", "default") ?? "")], document.TextAt("spec", "deadLetterTopic"), new Dictionary<string, string>(),
            document.TextAt("spec", "bulkSubscribe", "enabled") == "true" ? BulkSubscribe.Of(Number("maxMessagesCount"), Number("maxAwaitDurationMs")) : null,
            "DECLARATIVE");
    }
}

/// <summary>How deliveries are gathered; 0 means daprd's defaults, 100 and 1 s.</summary>
internal sealed record BulkSubscribe(int MaxMessages, TimeSpan MaxAwait)
{
    public static BulkSubscribe Of(int maxMessages, int maxAwaitMs) =>
        new(maxMessages > 0 ? maxMessages : 100, TimeSpan.FromMilliseconds(maxAwaitMs > 0 ? maxAwaitMs : 1000));
}
