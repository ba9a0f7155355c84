namespace Moodstream.ModelServer.Monitoring;

/// <summary>Which of a measurement's tags a metric keeps, under which names.</summary>
/// <param name="constants">Labels all its series have.</param>
/// <param name="kept">At most three, by tag.</param>
internal sealed class MetricLabels((string Name, string Value)[] constants, params (string Tag, string Name)[] kept)
{
    /// <summary>Whether there is one series, known before anything is measured.</summary>
    public bool IsSingle => kept.Length == 0;

    /// <summary>The one value of a tag whose measurements belong here; null for all.</summary>
    public (string Tag, string Value)? Only { get; init; }

    /// <summary>What the page calls a tag's value, where that is not the value.</summary>
    public Func<string, string> NameOf { get; init; } = value => value;

    /// <summary>The series a measurement belongs to.</summary>
    /// <returns>False when it belongs to none.</returns>
    public bool TryGetKey(ReadOnlySpan<KeyValuePair<string, object?>> tags, out SeriesKey key)
    {
        key = new SeriesKey(ValueOf(tags, 0), ValueOf(tags, 1), ValueOf(tags, 2));
        return Only is not { } only || Find(tags, only.Tag) == only.Value;
    }

    /// <summary>Labels as the page has them, without braces; empty for none.</summary>
    public string Format(SeriesKey key)
    {
        string?[] values = [key.First, key.Second, key.Third];
        return string.Join(
            ',',
            [
                .. constants.Select(c => PageText.Label(c.Name, c.Value)),
                .. kept.Select((k, i) => PageText.Label(k.Name, NameOf(values[i] ?? ""))),
            ]);
    }

    private string? ValueOf(ReadOnlySpan<KeyValuePair<string, object?>> tags, int index) =>
        index < kept.Length ? Find(tags, kept[index].Tag) : null;

    private static string? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags, string tag)
    {
        foreach (var (key, value) in tags)
        {
            if (key == tag)
            {
                return value as string;
            }
        }

        return null;
    }
}
