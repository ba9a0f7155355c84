using System.Text;
using System.Text.Json;

namespace Moodstream.Sidecar.Tests.Replays;

/// <summary>A recording of the real sidecar; the format is described in tests/data/dapr-traces/README.md.</summary>
internal sealed class Recording
{
    private Recording(JsonElement root)
    {
        Sidecars = [.. root.GetProperty("setup").GetProperty("daprd").EnumerateArray().Select(SidecarSetup.Of)];
        Events = [.. root.GetProperty("normalised").EnumerateArray().Zip(root.GetProperty("raw").EnumerateArray(), (n, r) => new RecordedEvent(n, r))];
    }

    public IReadOnlyList<SidecarSetup> Sidecars { get; }

    public IReadOnlyList<RecordedEvent> Events { get; }

    public static Recording Load(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("dapr-traces", $"{name}.json")));
        return new(json.RootElement.Clone());
    }
}

/// <summary>How one sidecar was started.</summary>
internal sealed record SidecarSetup(string Name, IReadOnlyList<string> Flags, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> Resources, string? Config)
{
    public static SidecarSetup Of(JsonElement daprd) => new(
        daprd.GetProperty("name").GetString()!,
        [.. daprd.GetProperty("flags").EnumerateArray().Select(f => f.GetString()!)],
        daprd.GetProperty("env").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!),
        [.. daprd.GetProperty("resources").EnumerateArray().Select(f => f.GetString()!)],
        daprd.TryGetProperty("config", out var config) ? config.GetString() : null);
}

/// <summary>One event, as it was and with its volatile values named.</summary>
internal sealed class RecordedEvent(JsonElement normalised, JsonElement raw)
{
    public int Number { get; } = normalised.GetProperty("n").GetInt32();

    public double At { get; } = raw.GetProperty("t_ms").GetDouble();

    /// <summary>How long it lasted, in milliseconds.</summary>
    public double Took { get; } = raw.TryGetProperty("took_ms", out var took) && took.ValueKind == JsonValueKind.Number ? took.GetDouble() : 0;

    public string Kind { get; } = normalised.GetProperty("kind").GetString()!;

    public JsonElement Json => normalised;

    public JsonElement Raw => raw;

    /// <summary>From and to, such as daprd->app.</summary>
    public string Direction => normalised.TryGetProperty("dir", out var dir) ? dir.GetString()! : "";

    public bool FromSidecar => Kind == "http" && Direction.StartsWith("daprd", StringComparison.Ordinal);

    public bool FromCaller => Kind == "http" && !FromSidecar;

    public string Text(string name) => normalised.GetProperty(name).GetString()!;

    public static byte[] Body(JsonElement message)
    {
        var body = message.GetProperty("body");
        return body.ValueKind == JsonValueKind.Object ? body.GetProperty("base64").GetBytesFromBase64() : Encoding.UTF8.GetBytes(body.GetString()!);
    }

    public static IEnumerable<(string Name, string Value)> Headers(JsonElement message) =>
        message.GetProperty("headers").EnumerateArray().Select(h => (h[0].GetString()!, h[1].GetString()!));
}
