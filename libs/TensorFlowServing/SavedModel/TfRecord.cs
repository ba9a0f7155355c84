using System.Buffers.Binary;
using System.Numerics;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>
/// TFRecord: length (64 bits), masked CRC-32C of the length, data, masked CRC-32C of the data; all little-endian
/// (tensorflow/core/lib/io/record_writer.h).
/// </summary>
internal static class TfRecord
{
    private const int HeaderBytes = sizeof(ulong) + sizeof(uint);

    /// <summary>Appends a record.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[sizeof(ulong)..], MaskedCrc(header[..sizeof(ulong)]));
        stream.Write(header);
        stream.Write(data);
        Span<byte> trailer = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, MaskedCrc(data));
        stream.Write(trailer);
    }

    /// <summary>CRC-32C, turned and shifted: the checksum of data that holds its own checksum says little.</summary>
    internal static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }
}
