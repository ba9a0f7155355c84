using System.Globalization;

namespace Moodstream.Dashboard.Live;

/// <summary>
/// A client's position, as <c>id:</c> of an event and as <c>Last-Event-ID</c>: <c>RUN-NUMBER</c>, where the run names
/// one life of the dashboard (numbers start again at 1 in the next) and the number is the last entry sent.
/// </summary>
internal readonly record struct EventId(string Run, long Number)
{
    private const int MaxChars = 64;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Run}-{Number}");

    /// <summary>Reads what a client sent back.</summary>
    /// <returns>Null when it is no id of this form: then it cannot be a position of this run either.</returns>
    public static EventId? Parse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return text.Length <= MaxChars
            && dash > 0
            && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? new EventId(text[..dash], number)
                : null;
    }
}
