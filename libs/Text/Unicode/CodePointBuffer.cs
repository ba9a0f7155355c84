using System.Buffers;

namespace Moodstream.Text.Unicode;

/// <summary>A growing run of code points in a pooled array. Surrogates never occur in it.</summary>
/// <remarks>Pass it by reference: a copy would return the same array to the pool twice.</remarks>
internal ref struct CodePointBuffer : IDisposable
{
    private int[] _array;

    public CodePointBuffer(int capacity)
    {
        _array = ArrayPool<int>.Shared.Rent(Math.Max(capacity, 16));
    }

    public readonly int Capacity => _array.Length;

    public int Length { get; private set; }

    public readonly Span<int> Span => _array.AsSpan(0, Length);

    /// <summary>Exchanges the contents of two buffers.</summary>
    public static void Swap(ref CodePointBuffer first, ref CodePointBuffer second)
    {
        (first._array, second._array) = (second._array, first._array);
        (first.Length, second.Length) = (second.Length, first.Length);
    }

    public void Clear() => Length = 0;

    public void Append(int codePoint)
    {
        if (Length == _array.Length)
        {
            Grow(1);
        }

        _array[Length++] = codePoint;
    }

    public void Append(ReadOnlySpan<int> codePoints) => codePoints.CopyTo(Extend(codePoints.Length));

    /// <summary>Adds places for the caller to write, who cuts off with <see cref="Truncate"/> what it left.</summary>
    public Span<int> Extend(int count)
    {
        if (_array.Length - Length < count)
        {
            Grow(count);
        }

        Length += count;
        return _array.AsSpan(Length - count, count);
    }

    public void Truncate(int length) => Length = length;

    public readonly void Dispose() => ArrayPool<int>.Shared.Return(_array);

    private void Grow(int count)
    {
        var larger = ArrayPool<int>.Shared.Rent(Math.Max(checked(Length + count), _array.Length * 2));
        Span.CopyTo(larger);
        ArrayPool<int>.Shared.Return(_array);
        _array = larger;
    }
}
