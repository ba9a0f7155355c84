using System.Globalization;

namespace Moodstream.Rpc.Wire;

/// <summary>The value of <c>grpc-timeout</c>: 1 to 8 digits and a unit (PROTOCOL-HTTP2.md, Timeout).</summary>
internal static class TimeoutValue
{
    /// <summary>
    /// The longest that is waited: a longer deadline, 25 days away, is as good as this one for a timer.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    private const long MostDigits = 99_999_999;
    private const int NanosecondsPerTick = 100;

    /// <summary>
    /// Writes a timeout, rounded up to the finest unit that holds it, so that the server never gives up first.
    /// </summary>
    /// <param name="timeout">Not above 0 is written as one nanosecond, the least there is.</param>
    public static string Format(TimeSpan timeout)
    {
        var ticks = timeout.Ticks;
        return ticks switch
        {
            <= 0 => "1n",
            <= MostDigits / NanosecondsPerTick => Text(ticks * NanosecondsPerTick, 'n'),
            <= MostDigits * TimeSpan.TicksPerMicrosecond => Text(Ceiling(ticks, TimeSpan.TicksPerMicrosecond), 'u'),
            <= MostDigits * TimeSpan.TicksPerMillisecond => Text(Ceiling(ticks, TimeSpan.TicksPerMillisecond), 'm'),
            <= MostDigits * TimeSpan.TicksPerSecond => Text(Ceiling(ticks, TimeSpan.TicksPerSecond), 'S'),
            <= MostDigits * TimeSpan.TicksPerMinute => Text(Ceiling(ticks, TimeSpan.TicksPerMinute), 'M'),
            _ => Text(Math.Min(Ceiling(ticks, TimeSpan.TicksPerHour), MostDigits), 'H'),
        };
    }

    /// <summary>Reads a timeout.</summary>
    /// <param name="value">The header's value.</param>
    /// <param name="timeout">
    /// From 0 to <see cref="Longest"/>, whatever more was asked for; 0 when the form is wrong.
    /// </param>
    /// <returns>Whether the value has the form of the specification.</returns>
    public static bool TryParse(ReadOnlySpan<char> value, out TimeSpan timeout)
    {
        timeout = default;
        if (value.Length is < 2 or > GrpcProtocol.TimeoutDigits + 1
            || !long.TryParse(value[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        // 8 digits of the longest unit stay below 2^63 ticks.
        long? ticks = value[^1] switch
        {
            'n' => Ceiling(number, NanosecondsPerTick),
            'u' => number * TimeSpan.TicksPerMicrosecond,
            'm' => number * TimeSpan.TicksPerMillisecond,
            'S' => number * TimeSpan.TicksPerSecond,
            'M' => number * TimeSpan.TicksPerMinute,
            'H' => number * TimeSpan.TicksPerHour,
            _ => null,
        };
        timeout = TimeSpan.FromTicks(Math.Min(ticks.GetValueOrDefault(), Longest.Ticks));
        return ticks is not null;
    }

    private static string Text(long number, char unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");

    private static long Ceiling(long dividend, long divisor) =>
        (dividend / divisor) + (dividend % divisor == 0 ? 0 : 1);
}
