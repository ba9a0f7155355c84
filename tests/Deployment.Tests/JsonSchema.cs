using System.Text.Json;
using System.Text.Json.Nodes;

namespace Moodstream.Deployment.Tests;

/// <summary>As much of JSON Schema (draft 7) as the schemas of Kubernetes resources use.</summary>
/// <param name="schemas"><c>kinds</c> names a schema in <c>$defs</c> for each kind.</param>
internal sealed class JsonSchema(JsonObject schemas)
{
    private static readonly string[] Known =
    [
        "$ref", "additionalProperties", "const", "description", "enum", "format", "items", "maximum", "minimum", "properties",
        "required", "type",
    ];

    /// <summary>What does not fit, each with its place.</summary>
    /// <param name="document">A resource.</param>
    /// <param name="kind"><c>apiVersion/kind</c>.</param>
    public List<string> Check(JsonNode document, string kind)
    {
        var errors = new List<string>();
        Check(document, schemas["$defs"]![(string)schemas["kinds"]![kind]!]!.AsObject(), "", errors);
        return errors;
    }

    private void Check(JsonNode? node, JsonObject schema, string place, List<string> errors)
    {
        if (schema["$ref"] is { } reference)
        {
            Check(node, schemas["$defs"]![((string)reference!)["#/$defs/".Length..]]!.AsObject(), place, errors);
            return;
        }

        var unread = schema.Select(k => k.Key).Where(k => !k.StartsWith("x-", StringComparison.Ordinal)).Except(Known);
        errors.AddRange(unread.Select(k => $"{place}: this test does not know the keyword {k}"));
        if (schema["type"] is { } type && !Types(type).Any(t => Is(node, t)))
        {
            errors.Add($"{place}: expected {string.Join(" or ", Types(type))}, came {node?.ToJsonString() ?? "null"}");
            return;
        }

        if (schema["const"] is { } expected && !JsonNode.DeepEquals(expected, node))
        {
            errors.Add($"{place}: expected {expected}, came {node}");
        }

        if (schema["enum"] is JsonArray choices && !choices.Any(c => JsonNode.DeepEquals(c, node)))
        {
            errors.Add($"{place}: expected one of {choices.ToJsonString()}, came {node}");
        }

        CheckChildren(node, schema, place, errors);
    }

    private void CheckChildren(JsonNode? node, JsonObject schema, string place, List<string> errors)
    {
        if (node is JsonArray list && schema["items"] is JsonObject items)
        {
            for (var i = 0; i < list.Count; i++)
            {
                Check(list[i], items, $"{place}/{i}", errors);
            }
        }

        if (node is not JsonObject members)
        {
            return;
        }

        var required = schema["required"]?.AsArray().Select(r => (string)r!) ?? [];
        errors.AddRange(required.Where(r => !members.ContainsKey(r)).Select(r => $"{place}/{r}: missing"));
        foreach (var (name, value) in members)
        {
            if (schema["properties"]?[name] is JsonObject property)
            {
                Check(value, property, $"{place}/{name}", errors);
            }
            else if (schema["additionalProperties"] is JsonObject others)
            {
                Check(value, others, $"{place}/{name}", errors);
            }
            else if (schema["additionalProperties"] is JsonValue none && !none.GetValue<bool>())
            {
                errors.Add($"{place}/{name}: no such field");
            }
        }
    }

    private static IEnumerable<string> Types(JsonNode type) =>
        type is JsonArray several ? several.Select(t => (string)t!) : [(string)type!];

    private static bool Is(JsonNode? node, string type) => (node?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        JsonValueKind.Object => type == "object",
        JsonValueKind.Array => type == "array",
        JsonValueKind.String => type == "string",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Number => type == "number" || (type == "integer" && node!.AsValue().TryGetValue<int>(out _)),
        _ => type == "null",
    };
}
