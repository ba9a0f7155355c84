using System.Globalization;

namespace Moodstream.Tests.Support;

/// <summary>How long a fuzz test goes on: a moment in the suite, or as long as MOODSTREAM_FUZZ_SECONDS says.</summary>
public static class Fuzz
{
    private const string Variable = "MOODSTREAM_FUZZ_SECONDS";

    /// <summary>Seeds to try: 0, 1, 2 … up to a number in the suite, for as long as asked in the long mode.</summary>
    /// <param name="count">How many the suite takes; the same ones every time.</param>
    public static IEnumerable<int> Seeds(int count)
    {
        var asked = Environment.GetEnvironmentVariable(Variable);
        if (!double.TryParse(asked, CultureInfo.InvariantCulture, out var seconds))
        {
            return Enumerable.Range(0, count);
        }

        // Behind the suite's seeds, and elsewhere on each run.
        var started = TimeProvider.System.GetTimestamp();
        return Enumerable.Range(count + ((Environment.ProcessId & 0xFFFF) << 12), int.MaxValue / 2)
            .TakeWhile(_ => TimeProvider.System.GetElapsedTime(started).TotalSeconds < seconds);
    }
}
