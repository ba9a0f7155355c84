using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Moodstream.Bench.OnnxRuntime;

/// <summary>Writes one protobuf message (protobuf.dev/programming-guides/encoding), field by field.</summary>
internal sealed class ProtoMessage
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The message so far.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    /// <summary>An integer or an enumeration.</summary>
    public ProtoMessage Add(int field, long value)
    {
        AddTag(field, Varint);
        AddVarint((ulong)value);
        return this;
    }

    /// <summary>A float.</summary>
    public ProtoMessage Add(int field, float value)
    {
        AddTag(field, Fixed32);
        _bytes.Write(MemoryMarshal.AsBytes([value]));
        return this;
    }

    /// <summary>A string.</summary>
    public ProtoMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message.</summary>
    public ProtoMessage Add(int field, ProtoMessage value) => Add(field, value.Bytes);

    /// <summary>Bytes.</summary>
    public ProtoMessage Add(int field, ReadOnlySpan<byte> value)
    {
        AddTag(field, LengthDelimited);
        AddVarint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void AddTag(int field, int wireType) => AddVarint((ulong)((field << 3) | wireType));

    private void AddVarint(ulong value)
    {
        for (; value > 0x7F; value >>= 7)
        {
            _bytes.Write([(byte)(value | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}
