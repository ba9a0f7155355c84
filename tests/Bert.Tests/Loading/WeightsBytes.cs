using System.Buffers.Binary;
using System.Text;

namespace Moodstream.Bert.Tests.Loading;

/// <summary>Makes safetensors files, sound and unsound.</summary>
internal static class WeightsBytes
{
    /// <summary>Header length, header, as many zeros as said.</summary>
    public static byte[] Of(string header, int dataBytes) => Of(header, Encoding.UTF8.GetByteCount(header), dataBytes);

    /// <summary>The same with a length that may lie.</summary>
    public static byte[] Of(string header, long statedLength, int dataBytes)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, statedLength);
        return [.. prefix, .. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]];
    }

    /// <summary>A copy of a sound F32 file in a type of half the size.</summary>
    /// <param name="file">A safetensors file of F32 tensors.</param>
    /// <param name="type">F16 or BF16.</param>
    public static byte[] Narrow(byte[] file, string type)
    {
        var headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        var header = System.Text.Json.Nodes.JsonNode.Parse(file.AsSpan(8, headerLength))!.AsObject();
        foreach (var (name, tensor) in header)
        {
            if (name != "__metadata__")
            {
                tensor!["dtype"] = type;
                tensor["data_offsets"]![0] = tensor["data_offsets"]![0]!.GetValue<long>() / 2;
                tensor["data_offsets"]![1] = tensor["data_offsets"]![1]!.GetValue<long>() / 2;
            }
        }

        var data = file.AsSpan(8 + headerLength);
        var narrow = new byte[data.Length / 2];
        for (var i = 0; i < narrow.Length; i += 2)
        {
            var value = BinaryPrimitives.ReadSingleLittleEndian(data[(2 * i)..]);
            var bits = type == "F16"
                ? BitConverter.HalfToUInt16Bits((Half)value)
                : (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
            BinaryPrimitives.WriteUInt16LittleEndian(narrow.AsSpan(i), bits);
        }

        var text = header.ToJsonString();
        return [.. Of(text, dataBytes: 0), .. narrow];
    }
}
