using System.Text.Json;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.Actors;

/// <summary>
/// When a timer or reminder fires, as its registration says (Dapr's contract, 5.4): as often as Times, -1 without end,
/// once where there is no period.
/// </summary>
internal sealed record Schedule(string DueTime, string Period, TimeSpan Due, TimeSpan Every, int Times, TimeSpan? TimeToLive, string? Data, string Callback, bool Overwrite)
{
    public static Schedule Of(JsonElement body, bool reminder)
    {
        string Text(string name) => body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        var (dueTime, period, ttl) = (Text("dueTime"), Text("period"), Text("ttl"));
        var due = Time(dueTime, reminder ? "due time" : "timer due time");
        var times = 1;
        var every = TimeSpan.Zero;
        if (period.Length > 0)
        {
            var daily = reminder && period.Contains('P', StringComparison.Ordinal) && period[..(period.IndexOf('T', StringComparison.Ordinal) is var t and >= 0 ? t : period.Length)].IndexOfAny(['Y', 'M', 'W', 'D']) >= 0;
            if (daily || !Durations.TryAny(period, out every, out times))
            {
                throw new FormatException($"unsupported period format: {period}");
            }
        }

        return new(dueTime, period, due, every, times, ttl.Length > 0 ? Time(ttl, "ttl") : null,
            body.ValueKind == JsonValueKind.Object && body.TryGetProperty("data", out var data) ? data.GetRawText() : null, Text("callback"),
            !(body.ValueKind == JsonValueKind.Object && body.TryGetProperty("overwrite", out var overwrite) && overwrite.ValueKind == JsonValueKind.False));
    }

    private static TimeSpan Time(string text, string what)
    {
        var now = TimeProvider.System.GetUtcNow();
        return text.Length == 0 ? TimeSpan.Zero
            : Durations.TryAny(text, out var time, out var times) && times == -1 ? time
            : DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var at) ? at > now ? at - now : TimeSpan.Zero
            : throw new FormatException($"error parsing {what}: unsupported time/duration format: {text}");
    }
}
