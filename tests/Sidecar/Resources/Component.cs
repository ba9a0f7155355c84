using System.Globalization;

namespace Moodstream.Tests.Sidecar.Resources;

/// <summary>One component as its YAML states it; metadata names are case-insensitive, unknown ones ignored as by daprd.</summary>
internal sealed record Component(string Name, string Type, IReadOnlyDictionary<string, string> Metadata)
{
    public string? this[string key] => Metadata.GetValueOrDefault(key);

    public int Int(string key, int otherwise) =>
        this[key] is not { } text ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value
        : throw new ResourceException($"component {Name}: '{text}' where {key} should be a whole number");

    public TimeSpan Duration(string key, TimeSpan otherwise) =>
        this[key] is not { } text ? otherwise
        : Durations.TryGo(text, out var value) ? value
        : throw new ResourceException($"component {Name}: '{text}' where {key} should be a duration");
}

/// <summary>How a component reaches its Redis (Dapr's contract, 3.1).</summary>
internal sealed record RedisAddress(
    string Host, int Port, int MaxRetries, TimeSpan MinRetryInterval, TimeSpan MaxRetryInterval, TimeSpan ReadTimeout)
{
    public static RedisAddress Of(Component component)
    {
        var host = component["redisHost"]?.Split(':') is [var name, var port] ? (Name: name, Port: port)
            : throw new ResourceException($"component {component.Name}: '{component["redisHost"]}' where redisHost should be host:port");
        return new(
            host.Name,
            int.Parse(host.Port, CultureInfo.InvariantCulture),
            Math.Max(0, component.Int("redisMaxRetries", 3)),
            component.Duration("redisMinRetryInterval", component.Type == "state.redis" ? TimeSpan.FromSeconds(2) : TimeSpan.FromMilliseconds(8)),
            component.Duration("redisMaxRetryInterval", TimeSpan.FromMilliseconds(512)),
            TimeSpan.FromSeconds(3));
    }
}

/// <summary>Resources that daprd could not run with.</summary>
public sealed class ResourceException(string message) : Exception(message);
