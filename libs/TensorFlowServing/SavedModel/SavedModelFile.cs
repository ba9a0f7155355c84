using Google.Protobuf;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>
/// saved_model.pb as a list of small parts, some of them followed by a weight that is read when it is written: the
/// message is never in memory as a whole, although every length in it stands before what it counts.
/// </summary>
internal sealed class SavedModelFile
{
    /// <summary>Schema of the message, the only one there is (tensorflow/cc/saved_model/constants.h).</summary>
    private const int SchemaVersion = 1;

    /// <summary>The tag by which the model server finds the graph.</summary>
    private const string ServeTag = "serve";

    /// <summary>Version of TensorFlow's operations; any from 24 on reads the graph the same way.</summary>
    private const int Producer = 1087;

    private const int BufferBytes = 1 << 18;

    private readonly List<Part> _parts = [];

    /// <summary>Lays the file out.</summary>
    /// <param name="nodes">The graph.</param>
    /// <param name="signatures">Signatures by name.</param>
    public SavedModelFile(IReadOnlyList<GraphNode> nodes, IReadOnlyDictionary<string, SignatureDef> signatures)
    {
        foreach (var node in nodes)
        {
            _parts.Add(node.Weight is { } weight
                ? new Part(BeforeWeight(node.Definition, weight.Length), weight)
                : new Part(new GraphDef { Node = { node.Definition } }.ToByteArray(), Weight: null));
        }

        var versions = new GraphDef { Versions = new VersionDef { Producer = Producer } };
        _parts.Add(new Part(versions.ToByteArray(), Weight: null));
        var graphLength = _parts.Sum(p => p.Length);
        var end = new MetaGraphDef();
        foreach (var (name, signature) in signatures.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            end.SignatureDef.Add(name, signature);
        }

        _parts.Add(new Part(end.ToByteArray(), Weight: null));
        _parts.Insert(0, new Part(BeforeGraph(graphLength, end.CalculateSize()), Weight: null));
        Length = _parts.Sum(p => p.Length);
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    /// <summary>Writes the file.</summary>
    /// <param name="stream">Where to; it is not read, and not moved within.</param>
    /// <param name="progress">Is told the bytes written so far.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public void WriteTo(Stream stream, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        long written = 0;
        foreach (var part in _parts)
        {
            stream.Write(part.Bytes);
            part.Weight?.CopyTo(stream, buffer, progress, written + part.Bytes.Length, cancellationToken);
            written += part.Length;
        }

        progress?.Report(written);
    }

    private static byte[] BeforeGraph(long graphLength, long signaturesLength)
    {
        var model = new Wire.SavedModel { SavedModelSchemaVersion = SchemaVersion };

        // The version serves people's tools only.
        var meta = new MetaGraphDef
        {
            MetaInfoDef = new MetaGraphDef.Types.MetaInfoDef { Tags = { ServeTag }, TensorflowVersion = "2.0.0" },
        };
        var metaHead = Open(meta.ToByteArray(), MetaGraphDef.GraphDefFieldNumber, [], graphLength);
        return Open(
            model.ToByteArray(), Wire.SavedModel.MetaGraphsFieldNumber, metaHead, graphLength + signaturesLength);
    }

    /// <summary>
    /// A constant up to its weight, which is the last bytes of every message around it: <c>tensor_content</c> is the
    /// last field of the tensor, the tensor of its attribute, <c>value</c> the greatest key, and attributes the last
    /// of a node.
    /// </summary>
    private static byte[] BeforeWeight(NodeDef node, long weightLength)
    {
        const string Value = "value";
        const int KeyField = 1;
        const int ValueField = 2;

        var head = node.Clone();
        head.Attr.Remove(Value);
        byte[] key = [.. Tag(KeyField), (byte)Value.Length, .. "value"u8];
        var description = node.Attr[Value].Tensor.ToByteArray();
        var tensor = Open(description, TensorProto.TensorContentFieldNumber, [], weightLength);
        var attribute = Open([], AttrValue.TensorFieldNumber, tensor, weightLength);
        var entry = Open(key, ValueField, attribute, weightLength);
        var whole = Open(head.ToByteArray(), NodeDef.AttrFieldNumber, entry, weightLength);
        return Open([], GraphDef.NodeFieldNumber, whole, weightLength);
    }

    /// <summary>Starts a field of a message: its tag, its length, and as much of it as there is yet.</summary>
    /// <param name="before">The fields before it.</param>
    /// <param name="field">Its number.</param>
    /// <param name="start">Its first bytes.</param>
    /// <param name="rest">How many bytes of it are still to come.</param>
    private static byte[] Open(ReadOnlySpan<byte> before, int field, ReadOnlySpan<byte> start, long rest)
    {
        using var bytes = new MemoryStream();
        bytes.Write(before);
        bytes.Write(Tag(field));
        var length = (ulong)(start.Length + rest);
        for (; length >= 0x80; length >>= 7)
        {
            bytes.WriteByte((byte)(length | 0x80));
        }

        bytes.WriteByte((byte)length);
        bytes.Write(start);
        return bytes.ToArray();
    }

    // Field numbers below 16 are one byte.
    private static byte[] Tag(int field) => [(byte)WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited)];

    private sealed record Part(byte[] Bytes, StoredWeight? Weight)
    {
        public long Length => Bytes.Length + (Weight?.Length ?? 0);
    }
}
