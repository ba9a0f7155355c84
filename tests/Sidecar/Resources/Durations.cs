using System.Globalization;
using System.Text.RegularExpressions;

namespace Moodstream.Tests.Sidecar.Resources;

/// <summary>The notations of time that daprd reads (Dapr's contract, 5.4).</summary>
internal static partial class Durations
{
    /// <summary>Go's: 1h30m, 500ms, 2.5s, -3s, 0.</summary>
    public static bool TryGo(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (text == "0")
        {
            return true;
        }

        if (!Go().IsMatch(text))
        {
            return false;
        }

        foreach (Match part in GoPart().Matches(text))
        {
            var number = double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture);
            value += part.Groups[2].Value switch
            {
                "h" => TimeSpan.FromHours(number),
                "m" => TimeSpan.FromMinutes(number),
                "s" => TimeSpan.FromSeconds(number),
                "ms" => TimeSpan.FromMilliseconds(number),
                "us" or "µs" => TimeSpan.FromMicroseconds(number),
                _ => TimeSpan.FromMicroseconds(number / 1000),
            };
        }

        value = text[0] == '-' ? -value : value;
        return true;
    }

    /// <summary>Go's or ISO 8601's, with R3/ before it for the times it repeats (-1: for ever).</summary>
    public static bool TryAny(string text, out TimeSpan value, out int times)
    {
        times = -1;
        if (TryGo(text, out value))
        {
            return true;
        }

        var match = Iso().Match(text);
        if (!match.Success || text[^1] is 'P' or 'T' or '/')
        {
            return false;
        }

        if (match.Groups["r"].Success)
        {
            times = int.Parse(match.Groups["r"].Value, CultureInfo.InvariantCulture);
        }

        value = TimeSpan.FromDays(Number("w") * 7 + Number("d")) + TimeSpan.FromHours(Number("h"))
            + TimeSpan.FromMinutes(Number("m")) + TimeSpan.FromSeconds(Number("s"));
        return times != 0;

        double Number(string group) =>
            match.Groups[group].Success ? double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex(@"^-?(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$")]
    private static partial Regex Go();

    [GeneratedRegex(@"(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)")]
    private static partial Regex GoPart();

    [GeneratedRegex(@"^(R(?<r>\d+)/)?P((?<w>\d+)W)?((?<d>\d+)D)?(T((?<h>\d+)H)?((?<m>\d+)M)?((?<s>\d+(\.\d+)?)S)?)?$")]
    private static partial Regex Iso();
}
