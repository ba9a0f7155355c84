using System.Buffers;

namespace Moodstream.Rpc.Wire;

/// <summary>A buffer that grows as it is written, on rented memory.</summary>
/// <param name="capacity">Bytes to begin with.</param>
internal sealed class PooledBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    /// <summary>What was written; not to be used once the buffer is disposed.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Bytes it is on once there is room for some more.</summary>
    /// <param name="sizeHint">How many more; 0: any.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public int CapacityFor(int sizeHint)
    {
        var needed = (long)Length + Math.Max(sizeHint, 1);
        return needed <= _bytes.Length
            ? _bytes.Length
            : checked((int)Math.Max(needed, Math.Min(2L * _bytes.Length, Array.MaxLength)));
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(Length);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Reserve(int sizeHint)
    {
        var capacity = CapacityFor(sizeHint);
        if (capacity == _bytes.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(capacity);
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
