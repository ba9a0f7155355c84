using Moodstream.Contracts;

namespace Moodstream.Ingestor.Sources;

/// <summary>
/// Gives posts the tracked terms they match as their topics. Where terms are tracked, posts that match none are
/// skipped; where none is, posts keep the topics their source gave them.
/// </summary>
internal sealed class TopicTracker(IEnumerable<string> terms)
{
    private readonly TrackedTerm[] _terms =
        [.. terms.Select(t => new TrackedTerm(t)).DistinctBy(t => t.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>The post with its topics; null when it is to be skipped.</summary>
    public Post? Track(Post post)
    {
        if (_terms is [])
        {
            return post;
        }

        // A topic that the source itself names counts as a match: its posts need not hold the word.
        string[] matched = [.. _terms.Where(t => t.IsIn(post.Text) || IsNamed(t, post.Topics)).Select(t => t.Name)];
        return matched is [] ? null : post with { Topics = matched };
    }

    private static bool IsNamed(TrackedTerm term, IReadOnlyList<string>? topics) =>
        topics is not null && topics.Contains(term.Name, StringComparer.OrdinalIgnoreCase);
}
