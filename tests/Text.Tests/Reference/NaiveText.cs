namespace Moodstream.Text.Tests.Reference;

/// <summary>Strings as lists of code points.</summary>
internal static class NaiveText
{
    /// <summary>Step 0 of normalise.py: a lone surrogate counts as U+FFFD, which EnumerateRunes does.</summary>
    public static List<int> Points(string text) => [.. text.EnumerateRunes().Select(rune => rune.Value)];

    public static string Text(IEnumerable<int> points) => string.Concat(points.Select(char.ConvertFromUtf32));
}
