namespace Moodstream.Ingestor.Rows;

/// <summary>Rows are lines.</summary>
internal sealed class LineScanner : RowScanner
{
    private long _scanned;

    public override void Start() => _scanned = 0;

    public override long Scan(ReadOnlySpan<byte> more)
    {
        var end = more.IndexOf((byte)'\n');
        if (end >= 0)
        {
            return _scanned + end + 1;
        }

        _scanned += more.Length;
        return -1;
    }
}
