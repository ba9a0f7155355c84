namespace Moodstream.Dashboard.Board;

/// <summary>
/// The newest entries in order, each numbered one higher than the last: posts as JSON, made once and shared by all
/// clients, and deletions. A deleted post's JSON leaves at once; its number stays.
/// </summary>
internal sealed class PostRing(int capacity, int maxBytes)
{
    // Entry n is at n % capacity, from Oldest to Newest.
    private readonly RingEntry?[] _entries = new RingEntry?[capacity];
    private readonly Dictionary<string, RingEntry> _posts = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Number of the newest entry; 0 before the first.</summary>
    public long Newest { get; private set; }

    /// <summary>Number of the oldest entry kept; <see cref="Newest"/> + 1 when none is.</summary>
    public long Oldest { get; private set; } = 1;

    public void AddPost(string id, byte[] json)
    {
        _posts[id] = Append(new RingEntry { Id = id, Post = json });
    }

    /// <summary>Takes a post out, and says so to those who have it: they may keep it longer than this.</summary>
    public void Delete(string id)
    {
        if (_posts.Remove(id, out var post))
        {
            _bytes -= post.Bytes;
            post.Post = null;
            _bytes += post.Bytes;
        }

        Append(new RingEntry { Id = id, IsDeletion = true });
    }

    /// <summary>Reads on from a position.</summary>
    /// <param name="after">Number of the last entry read; 0 to <see cref="Newest"/>.</param>
    /// <param name="maxEntries">Most entries to read.</param>
    /// <param name="softMaxBytes">Stops at the entry that exceeds it.</param>
    public RingSlice Read(long after, int maxEntries, int softMaxBytes)
    {
        var missed = Math.Max(0, Oldest - 1 - after);
        var (posts, deleted, bytes) = (new List<byte[]>(), new List<string>(), 0);
        var last = after + missed;
        var end = Math.Min(Newest, last + maxEntries);
        while (last < end && bytes <= softMaxBytes)
        {
            var entry = At(++last);
            if (entry.IsDeletion)
            {
                deleted.Add(entry.Id);
            }
            else if (entry.Post is { } json)
            {
                posts.Add(json);
            }

            bytes += entry.Bytes;
        }

        return new RingSlice(posts, deleted, last, missed, last < Newest);
    }

    private RingEntry Append(RingEntry entry)
    {
        if (Newest - Oldest + 1 == capacity)
        {
            DropOldest();
        }

        _entries[++Newest % capacity] = entry;
        _bytes += entry.Bytes;
        while (_bytes > maxBytes && Oldest < Newest)
        {
            DropOldest();
        }

        return entry;
    }

    private void DropOldest()
    {
        var entry = At(Oldest);
        _bytes -= entry.Bytes;
        if (_posts.GetValueOrDefault(entry.Id) == entry)
        {
            _posts.Remove(entry.Id);
        }

        _entries[Oldest++ % capacity] = null;
    }

    // Filled from Oldest to Newest, and nothing else is ever asked for.
    private RingEntry At(long number) => _entries[number % capacity]!;

    private sealed class RingEntry
    {
        public required string Id { get; init; }

        public bool IsDeletion { get; init; }

        /// <summary>Null once deleted, and for a deletion.</summary>
        public byte[]? Post { get; set; }

        // Ids are UTF-16; an entry without a post still takes room, so that deletions are bounded too.
        public int Bytes => (Id.Length * sizeof(char)) + (Post?.Length ?? 0);
    }
}

/// <summary>A run of entries.</summary>
/// <param name="Posts">JSON of the posts still there, oldest first.</param>
/// <param name="Deleted">Ids of posts to take away, wherever they came from.</param>
/// <param name="Last">Number of the last entry read, the position to read on from.</param>
/// <param name="Missed">Entries between the position asked for and the first one still kept.</param>
/// <param name="More">Whether there are entries behind the last.</param>
internal sealed record RingSlice(
    IReadOnlyList<byte[]> Posts, IReadOnlyList<string> Deleted, long Last, long Missed, bool More);
