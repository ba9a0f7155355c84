using System.Globalization;
using Moodstream.Contracts;

namespace Moodstream.Cli.Run;

/// <summary>Puts a source's status into words.</summary>
internal static class RunSummary
{
    public static string Text(IngestStatus status)
    {
        var parts = new List<string>
        {
            Count(status.Settled - status.Rejected, "scored"),
        };
        AddIfAny(parts, status.Rejected, "rejected");
        AddIfAny(parts, status.Unreadable, "unreadable");
        AddIfAny(parts, status.Duplicates, "repeats dropped");
        AddIfAny(parts, status.Republished, "published again");
        AddIfAny(parts, status.InFlight, "in flight");
        AddIfAny(parts, status.Lost, "lost");
        return string.Join(", ", parts);
    }

    private static void AddIfAny(List<string> parts, long count, string what)
    {
        if (count > 0)
        {
            parts.Add(Count(count, what));
        }
    }

    private static string Count(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}");
}
