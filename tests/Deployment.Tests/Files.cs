using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Moodstream.Deployment.Tests;

/// <summary>The deployment files, as JSON where a schema or a test looks into them.</summary>
internal static class Files
{
    /// <summary>The run file.</summary>
    public static RunFile Dapr { get; } = RunFile.Read(Text("dapr.yaml"));

    /// <summary>What <c>dapr run</c> loads, and the alternatives beside it.</summary>
    public static IEnumerable<string> Resources =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "components"), "*.yaml", SearchOption.AllDirectories)
            .Select(p => Path.GetRelativePath(Repository.Root, p).Replace('\\', '/')).Order();

    /// <summary>Text of a file of the repository.</summary>
    public static string Text(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    /// <summary>The only document of a file.</summary>
    public static JsonObject Document(string path) => Assert.Single(Documents(path));

    /// <summary>The documents of a file, in order.</summary>
    public static IReadOnlyList<JsonObject> Documents(string path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Text(path)));
        return [.. stream.Documents.Select(d => ToJson(d.RootNode)!.AsObject())];
    }

    /// <summary>A component's metadata: name and text.</summary>
    public static Dictionary<string, string> Metadata(JsonObject component) =>
        component["spec"]!["metadata"]!.AsArray().ToDictionary(m => (string)m!["name"]!, m => (string)m!["value"]!);

    /// <summary>The app ids that may load a resource.</summary>
    public static IEnumerable<string> Scopes(JsonObject resource) => resource["scopes"]!.AsArray().Select(s => (string)s!);

    // Plain scalars by YAML's core schema, which is what the readers of these files follow; quoted ones are text.
    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c =>
            KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, ToJson(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } quoted => JsonValue.Create(quoted.Value),
        YamlScalarNode { Value: "true" or "false" } scalar => JsonValue.Create(scalar.Value == "true"),
        YamlScalarNode { Value: null or "" or "~" or "null" } => null,
        YamlScalarNode scalar when int.TryParse(scalar.Value, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        YamlScalarNode scalar when double.TryParse(scalar.Value, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new NotSupportedException($"{node.NodeType} at {node.Start}"),
    };
}
