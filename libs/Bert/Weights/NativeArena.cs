using System.Runtime.InteropServices;

namespace Moodstream.Bert.Weights;

/// <summary>
/// Memory outside the managed heap, given out in pieces and freed at once, when neither its owner nor anyone who
/// holds a reference (<see cref="SafeHandle.DangerousAddRef"/>) needs it any more.
/// </summary>
internal sealed unsafe class NativeArena : SafeHandle
{
    /// <summary>Bytes of a cache line, on which every piece starts.</summary>
    private const nuint PieceAlignment = 64;

    /// <summary>Bytes of a large page on x64 and arm64: the processor then finds addresses without walking tables.</summary>
    private const nuint PageBytes = 2 << 20;

    /// <summary>Bytes reserved at least; what is never touched costs address space only.</summary>
    private const nuint SlabBytes = 32 << 20;

    /// <summary>MADV_HUGEPAGE of the Linux kernel's mman-common.h.</summary>
    private const int AdviseHugePages = 14;

    private readonly List<nint> _slabs = [];
    private byte* _next;
    private byte* _end;

    public NativeArena()
        : base(invalidHandleValue: 0, ownsHandle: true) => SetHandle(1);

    public override bool IsInvalid => handle == 0;

    /// <summary>A piece of unspecified content.</summary>
    /// <exception cref="OutOfMemoryException">The system has no more.</exception>
    public T* Allocate<T>(long count)
        where T : unmanaged
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        var bytes = RoundUp(checked((nuint)count * (nuint)sizeof(T)), PieceAlignment);
        if (bytes > (nuint)(_end - _next))
        {
            AddSlab(Math.Max(SlabBytes, RoundUp(bytes, PageBytes)));
        }

        var piece = _next;
        _next += bytes;
        return (T*)piece;
    }

    /// <summary>A piece of zeros.</summary>
    public T* AllocateZeroed<T>(long count)
        where T : unmanaged
    {
        var piece = Allocate<T>(count);
        NativeMemory.Clear(piece, (nuint)count * (nuint)sizeof(T));
        return piece;
    }

    protected override bool ReleaseHandle()
    {
        foreach (var slab in _slabs)
        {
            NativeMemory.AlignedFree((void*)slab);
        }

        return true;
    }

    private void AddSlab(nuint bytes)
    {
        var slab = NativeMemory.AlignedAlloc(bytes, PageBytes);
        _slabs.Add((nint)slab);
        _next = (byte*)slab;
        _end = _next + bytes;
        if (OperatingSystem.IsLinux()
            && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "madvise", out var advise))
        {
            // A hint, worth 4 % of the engine's speed: where it is refused, pages are small.
            _ = ((delegate* unmanaged<void*, nuint, int, int>)advise)(slab, bytes, AdviseHugePages);
        }
    }

    private static nuint RoundUp(nuint value, nuint unit) => checked(value + unit - 1) / unit * unit;
}
