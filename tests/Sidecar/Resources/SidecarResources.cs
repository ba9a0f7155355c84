using System.Globalization;
using Moodstream.Tests.Sidecar.PubSub;
using YamlDotNet.RepresentationModel;

namespace Moodstream.Tests.Sidecar.Resources;

/// <summary>What a sidecar loads from its resources folders and configuration file; other kinds than ours are errors by name.</summary>
internal sealed class SidecarResources
{
    private readonly Dictionary<string, RetryPolicy> _retries = [];
    private readonly Dictionary<string, TimeSpan> _timeouts = [];
    private readonly Dictionary<(string Name, string Direction), Target> _targets = [];

    public List<Component> Components { get; } = [];

    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>Share of calls that are traced; 0 means that no trace context is made.</summary>
    public double SamplingRate { get; private set; }

    public static SidecarResources Load(SidecarOptions options)
    {
        var resources = new SidecarResources();
        var files = options.ResourcesPaths.SelectMany(folder => Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Where(f => f.EndsWith(".yaml", StringComparison.Ordinal) || f.EndsWith(".yml", StringComparison.Ordinal)).Order()
            : throw new ResourceException($"no folder {folder}"));
        foreach (var text in options.Resources.Concat(files.Concat(options.ConfigFiles).Select(File.ReadAllText)))
        {
            resources.Read(text, options.AppId);
        }

        return resources;
    }

    /// <summary>The policies for a component (direction inbound or outbound) or an app (direction app).</summary>
    public Target TargetOf(string name, string direction) => _targets.GetValueOrDefault((name, direction), Target.None);

    private void Read(string text, string appId)
    {
        foreach (var document in Yaml.Documents(text).Where(d => d is YamlMappingNode))
        {
            var scopes = document.ItemsAt("scopes").Select(s => ((YamlScalarNode)s).Value).ToList();
            if (scopes.Count > 0 && !scopes.Contains(appId))
            {
                continue;
            }

            switch (document.TextAt("kind"))
            {
                case "Component": AddComponent(document); break;
                case "Resiliency": AddResiliency(document); break;
                case "Subscription": Subscriptions.Add(Subscription.Of(document)); break;
                case "Configuration": AddConfiguration(document); break;
                case var kind: throw new ResourceException($"kind '{kind}' where the double knows Component, Resiliency, Subscription, Configuration");
            }
        }
    }

    private void AddComponent(YamlNode document)
    {
        var name = document.TextAt("metadata", "name") ?? throw new ResourceException("a component without metadata.name");
        var type = document.TextAt("spec", "type");
        if (type is not ("pubsub.redis" or "state.redis"))
        {
            throw new ResourceException($"component {name} of type '{type}' where the double knows pubsub.redis, state.redis");
        }

        if (Components.Any(c => c.Name == name))
        {
            throw new ResourceException($"two components named {name}");
        }

        Components.Add(new(name, type, document.ItemsAt("spec", "metadata").ToDictionary(
            m => m.TextAt("name") ?? "", m => m.TextAt("value") ?? throw new ResourceException($"component {name}: {m.TextAt("name")} without a value"),
            StringComparer.OrdinalIgnoreCase)));
    }

    private void AddConfiguration(YamlNode document)
    {
        if (document.TextAt("spec", "tracing", "samplingRate") is { Length: > 0 } rate)
        {
            SamplingRate = double.Parse(rate, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>
    /// Unknown policies and targets give no word, as with daprd. A duration that cannot be read, for which daprd ignores
    /// the whole document with one line of log, ends the double: no test is to run on less than it wrote (06-declarative).
    /// </summary>
    private void AddResiliency(YamlNode document)
    {
        if (document.At("spec", "policies", "circuitBreakers") is not null)
        {
            throw new ResourceException("circuitBreakers, which the double does not know");
        }

        foreach (var (name, value) in document.PairsAt("spec", "policies", "timeouts"))
        {
            _timeouts[name] = Duration(((YamlScalarNode)value).Value!);
        }

        foreach (var (name, value) in document.PairsAt("spec", "policies", "retries"))
        {
            if (value.TextAt("policy") is "exponential")
            {
                throw new ResourceException($"retry {name}: exponential, where the double knows constant");
            }

            _retries[name] = new(Duration(value.TextAt("duration") ?? "5s"),
                int.Parse(value.TextAt("maxRetries") ?? "-1", CultureInfo.InvariantCulture),
                value.TextAt("matching", "gRPCStatusCodes")?.Split(',').Select(int.Parse).ToHashSet());
        }

        foreach (var (name, value) in document.PairsAt("spec", "targets", "apps"))
        {
            _targets[(name, "app")] = TargetOf(value);
        }

        foreach (var (name, value) in document.PairsAt("spec", "targets", "components"))
        {
            foreach (var (direction, policies) in value.PairsAt())
            {
                _targets[(name, direction)] = TargetOf(policies);
            }
        }
    }

    private Target TargetOf(YamlNode node) => new(
        _retries.GetValueOrDefault(node.TextAt("retry") ?? "", RetryPolicy.None),
        _timeouts.TryGetValue(node.TextAt("timeout") ?? "", out var timeout) ? timeout : null);

    private static TimeSpan Duration(string text) =>
        Durations.TryGo(text, out var value) ? value : throw new ResourceException($"'{text}' where a duration such as 500ms should be");
}
