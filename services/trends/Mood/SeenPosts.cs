using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Moodstream.Trends.Mood;

/// <summary>
/// Which posts a topic has counted: the newest of each source, as 40 bits of the SHA-256 of their ids, in bounded memory.
/// </summary>
/// <remarks>
/// A repeat comes at most one window of the ingestor (4,096 posts of its source) after its first, so two windows of each
/// source find every one. All sources together have <see cref="MaxPosts"/>: two busy sources are remembered for two
/// windows each; of more, the longest memory gives way, so that four busy ones still have a window each and a quiet one
/// never loses to a busy one. A new post is taken for a repeat with a probability of at most 2^14/2^40 = 1.5e-8.
/// </remarks>
internal sealed class SeenPosts
{
    /// <summary>Two windows of the ingestor.</summary>
    public const int MaxPerSource = 8192;

    /// <summary>Of all sources together.</summary>
    public const int MaxPosts = 16_384;

    /// <summary>Sources with a memory of their own; all further ones share one.</summary>
    public const int MaxSources = 16;

    /// <summary>Longest name of a source with a memory of its own.</summary>
    public const int MaxSourceCharacters = 64;

    public const int BytesPerPost = 5;

    /// <summary>Room for what <see cref="Pack"/> writes: each post's number is written as 8 bytes.</summary>
    public const int MaxPackedBytes = (MaxPerSource * BytesPerPost) + sizeof(long) - BytesPerPost;

    private const string Others = "";

    private readonly HashSet<long> _all = [];
    private readonly Dictionary<string, Queue<long>> _bySource = new(StringComparer.Ordinal);

    public int Count => _all.Count;

    public IEnumerable<string> Sources => _bySource.Keys;

    /// <summary>Remembers a post.</summary>
    /// <returns>False when it is remembered already, of whatever model version.</returns>
    public bool TryAdd(string source, string postId)
    {
        var hash = Hash(postId);
        if (!_all.Add(hash))
        {
            return false;
        }

        var queue = Of(source);
        queue.Enqueue(hash);
        if (queue.Count > MaxPerSource)
        {
            _all.Remove(queue.Dequeue());
        }
        else if (_all.Count > MaxPosts)
        {
            _all.Remove(_bySource.Values.MaxBy(q => q.Count)!.Dequeue());
        }

        return true;
    }

    /// <summary>One source's memory, oldest first, <see cref="BytesPerPost"/> bytes a post.</summary>
    /// <param name="source">One of <see cref="Sources"/>.</param>
    /// <param name="packed">At least <see cref="MaxPackedBytes"/>.</param>
    /// <returns>How many bytes were written.</returns>
    public int Pack(string source, Span<byte> packed)
    {
        var at = 0;
        foreach (var hash in _bySource[source])
        {
            // The zeros behind it are the next one's place, or beyond the end.
            BinaryPrimitives.WriteInt64LittleEndian(packed[at..], hash);
            at += BytesPerPost;
        }

        return at;
    }

    /// <summary>Restores what <see cref="Pack"/> gave.</summary>
    /// <exception cref="InvalidDataException">It is no such memory, or too much of it.</exception>
    public void Unpack(string source, ReadOnlySpan<byte> packed)
    {
        if (packed.Length % BytesPerPost != 0 || packed.Length > MaxPerSource * BytesPerPost)
        {
            throw new InvalidDataException(
                $"the ids of a source should be {BytesPerPost} bytes each and {MaxPerSource} at most, "
                + $"not {packed.Length} bytes");
        }

        if (_bySource.Count > MaxSources || source.Length > MaxSourceCharacters)
        {
            throw new InvalidDataException($"expected {MaxSources} sources at most, with names of at most "
                + $"{MaxSourceCharacters} characters");
        }

        var queue = _bySource[source] = new Queue<long>();
        Span<byte> eight = stackalloc byte[8];
        for (; !packed.IsEmpty; packed = packed[BytesPerPost..])
        {
            packed[..BytesPerPost].CopyTo(eight);
            var hash = BinaryPrimitives.ReadInt64LittleEndian(eight);
            if (_all.Add(hash))
            {
                queue.Enqueue(hash);
            }
        }
    }

    private static long Hash(string postId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var length = Encoding.UTF8.GetMaxByteCount(postId.Length);
        Span<byte> utf8 = length <= 1024 ? stackalloc byte[1024] : new byte[length];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(postId, utf8)], hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash) & ((1L << (8 * BytesPerPost)) - 1);
    }

    private Queue<long> Of(string source)
    {
        if (source.Length > MaxSourceCharacters)
        {
            source = Others;
        }

        if (!_bySource.TryGetValue(source, out var queue))
        {
            // The shared one is beyond the count.
            source = _bySource.Keys.Count(s => s != Others) < MaxSources ? source : Others;
            if (!_bySource.TryGetValue(source, out queue))
            {
                queue = _bySource[source] = new Queue<long>();
            }
        }

        return queue;
    }
}
