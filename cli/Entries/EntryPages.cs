using System.Runtime.CompilerServices;
using Moodstream.Redis;

namespace Moodstream.Cli.Entries;

/// <summary>Reads what ended on a topic, oldest first, a page at a time.</summary>
internal static class EntryPages
{
    private const int PageEntries = 100; // an entry is below 1 MiB: within the largest answer a client takes

    /// <summary>Reads what is there now; what comes meanwhile, put back and refused again, is not run after.</summary>
    public static async IAsyncEnumerable<EndedEntry> ReadAsync(
        RedisClient redis, EntryKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await redis.NewestAsync(kind.Topic, cancellationToken) is not { } newest)
        {
            yield break;
        }

        var start = "-";
        while (true)
        {
            var page = await redis.RangeAsync(kind.Topic, start, newest.Id, PageEntries, cancellationToken);
            foreach (var entry in page)
            {
                yield return kind.Read(entry);
            }

            if (page.Count < PageEntries)
            {
                yield break;
            }

            start = $"({page[^1].Id}";
        }
    }
}
