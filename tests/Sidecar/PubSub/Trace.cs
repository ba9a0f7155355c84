using System.Text.Json;

namespace Moodstream.Tests.Sidecar.PubSub;

/// <summary>The trace context of a call: the caller's, or a span of our own when tracing is on (Dapr's contract, 02d-publish-tracing).</summary>
internal readonly record struct Trace(string Parent, string State)
{
    /// <summary>What calls and answers carry with tracing off.</summary>
    public const string Zero = "00-00000000000000000000000000000000-0000000000000000-00";

    /// <summary>The header that goes with an event; null for one without trace attributes.</summary>
    public static string? HeaderOf(JsonElement cloudEvent, double samplingRate) =>
        (cloudEvent.TextAt("traceparent") ?? cloudEvent.TextAt("traceid")) is not { } parent ? null
        : Of(parent, null, samplingRate).Parent is { Length: > 0 } own ? own : Zero;

    /// <summary>An id that need not be hard to guess.</summary>
    public static string NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        return $"{new Guid(bytes)}";
    }

    public static Trace Of(string? parent, string? state, double samplingRate)
    {
        var usable = parent is { Length: 55 } && parent.StartsWith("00-", StringComparison.Ordinal);
        if (samplingRate == 0)
        {
            return usable ? new(parent!, state ?? "") : new("", "");
        }

        var trace = usable ? parent![3..35] : Random.Shared.GetHexString(32, lowercase: true);
        var flags = usable ? parent![53..] : samplingRate >= 1 ? "01" : "00";
        return new($"00-{trace}-{Random.Shared.GetHexString(16, lowercase: true)}-{flags}", state ?? "");
    }
}
