using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Moodstream.Text.Unicode;

/// <summary>The Unicode data that make_tables.py wrote, the same on every machine.</summary>
internal static class CodePoints
{
    private const int BlockBits = 7;
    private const int BlockLength = 1 << BlockBits;
    private const int Blocks = 0x110000 >> BlockBits;

    private static readonly Tables Data = Tables.Read();

    /// <summary>The properties of a code point from 0 to 10FFFF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref readonly CodePointRecord Of(int codePoint)
    {
        var data = Data;
        var block = data.BlockOf[codePoint >> BlockBits];
        return ref data.Records[data.RecordOf[(block << BlockBits) | (codePoint & (BlockLength - 1))]];
    }

    public static bool IsWhiteSpace(int codePoint) => Of(codePoint).Has(CodePointFlags.WhiteSpace);

    /// <summary>The full compatibility decomposition, in canonical order; empty for the code point itself.</summary>
    public static ReadOnlySpan<int> Nfkd(in CodePointRecord record) =>
        Data.Pool.AsSpan(record.NfkdOffset, record.NfkdLength);

    /// <summary>What BertNormalizer replaces the code point by, where it maps.</summary>
    public static ReadOnlySpan<int> BertMapping(in CodePointRecord record) =>
        Data.Pool.AsSpan(record.BertOffset, record.BertLength);

    /// <summary>The primary composite of a pair other than Hangul, or 0.</summary>
    public static int Compose(int first, int second)
    {
        var found = Data.Pairs.AsSpan().BinarySearch(PairKey((uint)first, (uint)second));
        return found < 0 ? 0 : Data.Composites[found];
    }

    private static ulong PairKey(uint first, uint second) => ((ulong)first << 32) | second;

    private sealed record Tables(
        ushort[] BlockOf, ushort[] RecordOf, CodePointRecord[] Records, int[] Pool, ulong[] Pairs, int[] Composites)
    {
        public static Tables Read()
        {
            using var stream = typeof(CodePoints).Assembly.GetManifestResourceStream("code-points.bin")
                ?? throw new InvalidOperationException("code-points.bin is not in the assembly");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var reader = new Reader(bytes);
            var counts = reader.Read<int>(4);
            var blocks = reader.Read<ushort>(Blocks);
            var recordOf = reader.Read<ushort>(counts[0] << BlockBits);
            var fields = reader.Read<ushort>(counts[1] * (Unsafe.SizeOf<CodePointRecord>() / sizeof(ushort)));
            var records = MemoryMarshal.Cast<ushort, CodePointRecord>(fields).ToArray();
            var pool = reader.Read<int>(counts[2]);
            var triples = reader.Read<int>(counts[3] * 3);
            var pairs = new ulong[counts[3]];
            var composites = new int[counts[3]];
            for (var i = 0; i < pairs.Length; i++)
            {
                pairs[i] = PairKey((uint)triples[3 * i], (uint)triples[(3 * i) + 1]);
                composites[i] = triples[(3 * i) + 2];
            }

            return new Tables(blocks, recordOf, records, pool, pairs, composites);
        }
    }

    /// <summary>Reads little-endian arrays, whatever the machine's order.</summary>
    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public T[] Read<T>(int count)
            where T : unmanaged
        {
            var values = new T[count];
            var raw = MemoryMarshal.AsBytes(values.AsSpan());
            _rest[..raw.Length].CopyTo(raw);
            _rest = _rest[raw.Length..];
            for (var i = 0; !BitConverter.IsLittleEndian && i < count; i++)
            {
                MemoryMarshal.AsBytes(values.AsSpan(i, 1)).Reverse();
            }

            return values;
        }
    }
}
