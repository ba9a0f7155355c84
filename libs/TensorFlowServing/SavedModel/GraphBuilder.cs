using System.Buffers.Binary;
using Google.Protobuf;
using Moodstream.Bert;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>
/// Collects the nodes of a graph, each after those it reads. A method returns the name of the node it adds, which is
/// the name of its only output.
/// </summary>
internal sealed partial class GraphBuilder
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<GraphNode> _nodes = [];

    /// <summary>The nodes so far.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>A scalar; added once, whoever asks.</summary>
    public string Integer(int value) =>
        Constant($"const/i_{NamePart(value)}", DataType.DtInt32, TensorWriter.Shape(), Bytes([value]));

    /// <summary>A vector; added once, whoever asks.</summary>
    public string Vector(params ReadOnlySpan<int> values)
    {
        var name = "const/i_v";
        for (var i = 0; i < values.Length; i++)
        {
            name += (i > 0 ? "_" : "") + NamePart(values[i]);
        }

        return Constant(name, DataType.DtInt32, TensorWriter.Shape(values.Length), Bytes(values));
    }

    /// <summary>A scalar of the name <c>const/f_…</c>; added once, whoever asks.</summary>
    public string Number(string name, float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return Constant($"const/f_{name}", DataType.DtFloat, TensorWriter.Shape(), ByteString.CopyFrom(bytes));
    }

    /// <summary>A tensor of the checkpoint, whose value is put in when the file is written.</summary>
    /// <param name="name">Name of the node.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="type">DT_FLOAT or DT_HALF.</param>
    public string Weight(string name, BertTensor tensor, DataType type)
    {
        var value = new TensorProto { Dtype = type, TensorShape = TensorWriter.Shape([.. tensor.Shape]) };
        return Add(new GraphNode(ConstantNode(name, value), new StoredWeight(tensor, type)));
    }

    private string Constant(string name, DataType type, TensorShapeProto shape, ByteString content)
    {
        if (_names.Contains(name))
        {
            return name;
        }

        var value = new TensorProto { Dtype = type, TensorShape = shape, TensorContent = content };
        return Add(new GraphNode(ConstantNode(name, value), Weight: null));
    }

    private static NodeDef ConstantNode(string name, TensorProto value) =>
        Node(name, "Const", [], ("dtype", Type(value.Dtype)), ("value", new AttrValue { Tensor = value }));

    private string Op(string name, string op, string[] inputs, params (string Name, AttrValue Value)[] attributes) =>
        Add(new GraphNode(Node(name, op, inputs, attributes), Weight: null));

    private string Add(GraphNode node)
    {
        var name = node.Definition.Name;
        if (!_names.Add(name))
        {
            throw new InvalidOperationException($"two nodes are called {name}");
        }

        _nodes.Add(node);
        return name;
    }

    private static NodeDef Node(
        string name, string op, string[] inputs, params (string Name, AttrValue Value)[] attributes)
    {
        var node = new NodeDef { Name = name, Op = op, Input = { inputs } };

        // A map is written in the order it was filled in; sorted, the same model is the same bytes.
        foreach (var (key, value) in attributes.OrderBy(a => a.Name, StringComparer.Ordinal))
        {
            node.Attr.Add(key, value);
        }

        return node;
    }

    // The member of the oneof is what TensorFlow looks for, so 0 and false are set like any other value.
    private static AttrValue Type(DataType type) => new() { Type = type };

    private static AttrValue Flag(bool value) => new() { B = value };

    private static AttrValue Whole(long value) => new() { I = value };

    private static string NamePart(int value) => value < 0 ? $"m{-value}" : $"{value}";

    private static ByteString Bytes(ReadOnlySpan<int> values)
    {
        var bytes = new byte[values.Length * sizeof(int)];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * sizeof(int)), values[i]);
        }

        return ByteString.CopyFrom(bytes);
    }
}
