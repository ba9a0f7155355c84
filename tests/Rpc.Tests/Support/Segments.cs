using System.Buffers;

namespace Moodstream.Rpc.Tests.Support;

/// <summary>Bytes as they may arrive: in pieces of any size.</summary>
internal sealed class Segments : ReadOnlySequenceSegment<byte>
{
    /// <summary>A sequence of pieces that are all of one size, but the last.</summary>
    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int size)
    {
        var first = new Segments { Memory = bytes[..Math.Min(size, bytes.Length)] };
        var last = first;
        for (var start = size; start < bytes.Length; start += size)
        {
            var next = new Segments
            {
                Memory = bytes[start..Math.Min(start + size, bytes.Length)],
                RunningIndex = start,
            };
            last.Next = next;
            last = next;
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
