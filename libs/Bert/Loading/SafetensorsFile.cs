using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Loading;

/// <summary>
/// An open safetensors file: eight bytes of header length (little-endian), the header, the tensors' bytes. Tensors are
/// read in parts, so memory stays small whatever the file's size.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    /// <summary>The reference implementation's limit (<c>MAX_HEADER_SIZE</c>).</summary>
    private const long MostHeaderBytes = 100_000_000;
    private const int LengthBytes = 8;
    private const int HashBufferBytes = 1 << 20;

    private readonly SafeFileHandle _file;
    private readonly long _dataStart;
    private byte[] _raw = [];

    private SafetensorsFile(string path, SafeFileHandle file)
    {
        Path = path;
        _file = file;
        var length = RandomAccess.GetLength(file);
        var header = ReadHeader(length);
        _dataStart = LengthBytes + header.Length;
        Tensors = SafetensorsHeader.Parse(path, header, length - _dataStart);
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, TensorEntry> Tensors { get; }

    /// <exception cref="ModelFormatException">The file is not a well-formed safetensors file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return new SafetensorsFile(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads a run of a tensor's elements as single precision.</summary>
    /// <param name="tensor">A tensor of this file whose type can hold weights.</param>
    /// <param name="first">First element.</param>
    /// <param name="destination">Overwritten; as many elements as it is long.</param>
    /// <exception cref="ModelFormatException">An element is not finite, or the file ends early.</exception>
    public void ReadFloats(TensorEntry tensor, long first, Span<float> destination) =>
        WeightBits.Widen(tensor.Type, ReadRaw(tensor, first, destination.Length), destination);

    /// <summary>Reads a run of a tensor's elements as half precision, rounded to nearest even.</summary>
    /// <param name="tensor">A tensor of this file whose type can hold weights.</param>
    /// <param name="first">First element.</param>
    /// <param name="destination">Overwritten; as many elements as it is long.</param>
    /// <exception cref="ModelFormatException">
    /// An element is not finite, or would not be once rounded, or the file ends early.
    /// </exception>
    public void ReadHalves(TensorEntry tensor, long first, Span<Half> destination)
    {
        WeightBits.Narrow(tensor.Type, ReadRaw(tensor, first, destination.Length), destination);
        var bad = WeightBits.IndexOfNonFinite(TensorType.F16, MemoryMarshal.AsBytes(destination));
        if (bad >= 0)
        {
            throw new ModelFormatException(Path, $"{tensor.Name}, element {first + bad}",
                $"a number that half precision holds, at most {(float)Half.MaxValue} in magnitude", "a greater one");
        }
    }

    /// <summary>Reads a run of a tensor's elements as they are stored.</summary>
    /// <param name="tensor">A tensor of this file whose type can hold weights.</param>
    /// <param name="first">First element.</param>
    /// <param name="destination">Overwritten; a whole number of elements long.</param>
    /// <exception cref="ModelFormatException">An element is not finite, or the file ends early.</exception>
    public void ReadElements(TensorEntry tensor, long first, Span<byte> destination)
    {
        ReadFully(_dataStart + tensor.Begin + (first * TensorType.Bytes(tensor.Type)), destination);
        var bad = WeightBits.IndexOfNonFinite(tensor.Type, destination);
        if (bad >= 0)
        {
            throw new ModelFormatException(Path, $"{tensor.Name}, element {first + bad}", "a finite number", "infinity or NaN");
        }
    }

    /// <summary>Lower-case hexadecimal SHA-256 of the whole file.</summary>
    public string ComputeSha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[HashBufferBytes];
        int read;
        for (long offset = 0; (read = RandomAccess.Read(_file, buffer, offset)) > 0; offset += read)
        {
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose() => _file.Dispose();

    private ReadOnlySpan<byte> ReadRaw(TensorEntry tensor, long first, int count)
    {
        var bytes = count * TensorType.Bytes(tensor.Type);
        if (_raw.Length < bytes)
        {
            _raw = new byte[bytes];
        }

        var raw = _raw.AsSpan(0, bytes);
        ReadElements(tensor, first, raw);
        return raw;
    }

    private byte[] ReadHeader(long fileLength)
    {
        if (fileLength < LengthBytes)
        {
            throw new ModelFormatException(Path, "the file", $"at least {LengthBytes} bytes", $"{fileLength}");
        }

        Span<byte> prefix = stackalloc byte[LengthBytes];
        ReadFully(0, prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var most = (ulong)Math.Min(MostHeaderBytes, fileLength - LengthBytes);
        if (length > most)
        {
            throw new ModelFormatException(Path, "the header's length", $"at most {most}", $"{length}");
        }

        var header = new byte[length];
        ReadFully(LengthBytes, header);
        return header;
    }

    private void ReadFully(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(_file, destination, offset);
            if (read == 0)
            {
                throw new ModelFormatException(Path, $"byte {offset}", $"{destination.Length} more bytes", "the end of the file");
            }

            offset += read;
            destination = destination[read..];
        }
    }
}
