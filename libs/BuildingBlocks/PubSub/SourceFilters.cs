namespace Moodstream.BuildingBlocks.PubSub;

/// <summary>
/// One <see cref="RepeatFilter"/> per source, so that a busy source does not push out the ids of a quiet one. Sources
/// beyond a bound share one filter: their number comes from outside.
/// </summary>
/// <param name="idsPerSource">How many ids each remembers, 1 or more.</param>
public sealed class SourceFilters(int idsPerSource)
{
    /// <summary>Sources with a filter of their own.</summary>
    public const int MaxSources = 16;

    private readonly Dictionary<string, RepeatFilter> _filters = new(StringComparer.Ordinal);
    private readonly RepeatFilter _shared = new(idsPerSource);

    /// <summary>The filter of a source.</summary>
    /// <param name="source">The <c>source</c> of a post.</param>
    public RepeatFilter Of(string source)
    {
        if (_filters.TryGetValue(source, out var filter))
        {
            return filter;
        }

        if (_filters.Count == MaxSources)
        {
            return _shared;
        }

        return _filters[source] = new RepeatFilter(idsPerSource);
    }
}
