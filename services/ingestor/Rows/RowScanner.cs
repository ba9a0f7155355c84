namespace Moodstream.Ingestor.Rows;

/// <summary>
/// Finds where rows end, over bytes that come in pieces. It sees each byte of a row once, so a row costs linear time
/// however it arrives, and an overlong one need not be kept.
/// </summary>
internal abstract class RowScanner
{
    /// <summary>Bytes from the start of <paramref name="unread"/> that belong to no row.</summary>
    public virtual int Separators(ReadOnlySpan<byte> unread) => 0;

    /// <summary>Begins a row.</summary>
    public abstract void Start();

    /// <summary>Reads on in the row.</summary>
    /// <param name="more">The row's bytes behind those given before.</param>
    /// <returns>The whole row's length, its terminator included; -1 when it goes on behind these bytes.</returns>
    public abstract long Scan(ReadOnlySpan<byte> more);

    /// <summary>Says where to end a row that did not end within its limit or within the input.</summary>
    /// <param name="isEnd">Whether it is the input that ended.</param>
    /// <returns>A length no longer than what was scanned; 0 for no better place than where scanning arrives.</returns>
    public virtual long GiveUp(bool isEnd) => 0;

    /// <summary>What the input still lacks at its end; null when it may end here.</summary>
    public virtual string? Unfinished => null;
}
