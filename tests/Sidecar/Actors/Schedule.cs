using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Moodstream.Tests.Sidecar.PubSub;
using Moodstream.Tests.Sidecar.Resources;

namespace Moodstream.Tests.Sidecar.Actors;

/// <summary>
/// When a timer or reminder fires, as its registration says (Dapr's contract, 5.4): as often as Times, -1 without end,
/// once where there is no period.
/// </summary>
internal sealed partial record Schedule(string DueTime, string Period, TimeSpan Due, TimeSpan Every, int Times, string? Data, string Callback, bool Overwrite)
{
    public static Schedule Of(JsonElement body)
    {
        var (dueTime, period) = (body.TextAt("dueTime") ?? "", body.TextAt("period") ?? "");
        if (!Durations.TryGo(dueTime, out var due) && dueTime.Length > 0)
        {
            throw new FormatException($"error parsing timer due time: unsupported time/duration format: {dueTime}");
        }

        var (every, times) = Repeats(period);
        return new(dueTime, period, due, every, times, body.TryGetProperty("data", out var data) ? data.GetRawText() : null,
            body.TextAt("callback") ?? "", !(body.TryGetProperty("overwrite", out var overwrite) && overwrite.ValueKind == JsonValueKind.False));
    }

    /// <summary>As Go writes time, or R3/PT1S: so often each second (08a-actors).</summary>
    private static (TimeSpan Every, int Times) Repeats(string period)
    {
        if (period.Length == 0)
        {
            return (TimeSpan.Zero, 1);
        }

        if (Durations.TryGo(period, out var every))
        {
            return (every, -1);
        }

        var counted = Counted().Match(period);
        return counted.Success
            ? (TimeSpan.FromSeconds(int.Parse(counted.Groups[2].Value, CultureInfo.InvariantCulture)), int.Parse(counted.Groups[1].Value, CultureInfo.InvariantCulture))
            : throw new FormatException($"unsupported period format: {period}");
    }

    [GeneratedRegex(@"^R(\d+)/PT(\d+)S$")]
    private static partial Regex Counted();
}
