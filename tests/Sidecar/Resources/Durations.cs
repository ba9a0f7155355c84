using System.Globalization;
using System.Text.RegularExpressions;

namespace Moodstream.Tests.Sidecar.Resources;

/// <summary>Of the notations of time that daprd reads (Dapr's contract, 5.4) the one in use: 500ms, 2s, 60m, 24h.</summary>
internal static partial class Durations
{
    public static bool TryGo(string text, out TimeSpan value)
    {
        var match = Go().Match(text);
        var number = match.Success ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        value = match.Groups[2].Value switch
        {
            "h" => TimeSpan.FromHours(number),
            "m" => TimeSpan.FromMinutes(number),
            "s" => TimeSpan.FromSeconds(number),
            _ => TimeSpan.FromMilliseconds(number),
        };
        return match.Success;
    }

    [GeneratedRegex(@"^(\d+(?:\.\d+)?)(h|m|s|ms)$")]
    private static partial Regex Go();
}
