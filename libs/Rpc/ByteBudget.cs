namespace Moodstream.Rpc;

/// <summary>
/// A bound on the bytes that all requests in hand may hold together: each alone is bounded by its own limit, and their
/// number by nothing. Safe for concurrent use.
/// </summary>
/// <param name="bytes">Most bytes; 0 or more.</param>
public sealed class ByteBudget(long bytes)
{
    private long _left = bytes;

    /// <summary>A part for one request, empty at first.</summary>
    /// <returns>To be disposed when the request is answered.</returns>
    public ByteShare Open() => new(this);

    internal bool TryTake(long count)
    {
        if (Interlocked.Add(ref _left, -count) >= 0)
        {
            return true;
        }

        Give(count);
        return false;
    }

    internal void Give(long count) => Interlocked.Add(ref _left, count);
}
