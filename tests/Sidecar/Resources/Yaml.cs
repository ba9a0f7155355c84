using YamlDotNet.RepresentationModel;

namespace Moodstream.Tests.Sidecar.Resources;

/// <summary>Reading of YAML nodes.</summary>
internal static class Yaml
{
    public static IEnumerable<YamlNode> Documents(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Select(d => d.RootNode);
    }

    public static YamlNode? At(this YamlNode? node, params string[] path) =>
        path.Aggregate(node, (n, key) => n is YamlMappingNode map && map.Children.TryGetValue(key, out var child) ? child : null);

    public static string? TextAt(this YamlNode? node, params string[] path) => (node.At(path) as YamlScalarNode)?.Value;

    public static IEnumerable<YamlNode> ItemsAt(this YamlNode? node, params string[] path) =>
        node.At(path) as YamlSequenceNode ?? Enumerable.Empty<YamlNode>();

    public static IEnumerable<(string Key, YamlNode Value)> PairsAt(this YamlNode? node, params string[] path) =>
        (node.At(path) as YamlMappingNode)?.Children.Select(p => (((YamlScalarNode)p.Key).Value!, p.Value)) ?? [];
}
