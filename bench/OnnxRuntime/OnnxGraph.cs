using System.Runtime.InteropServices;

namespace Moodstream.Bench.OnnxRuntime;

/// <summary>
/// Builds an ONNX model file; the numbers are the field numbers of onnx.proto (ONNX 1.13, IR version 8).
/// Little-endian machines only, as raw_data is.
/// </summary>
internal sealed class OnnxGraph
{
    /// <summary>The operators ONNX Runtime adds to the standard ones.</summary>
    public const string Microsoft = "com.microsoft";

    private const int IrVersion = 8;
    private const int Opset = 17;
    private const int FloatType = 1;
    private const int Int64Type = 7;

    private readonly ProtoMessage _graph = new ProtoMessage().Add(2, "bert");
    private readonly HashSet<string> _constants = [];
    private int _nodes;

    /// <summary>Declares an input of token ids, [batch, sequence].</summary>
    public string Input(string name)
    {
        _graph.Add(11, ValueInfo(name, Int64Type, Dimension("batch"), Dimension("sequence")));
        return name;
    }

    /// <summary>Declares an output, [batch, columns].</summary>
    public void Output(string name, int columns) =>
        _graph.Add(12, ValueInfo(name, FloatType, Dimension("batch"), new ProtoMessage().Add(1, columns)));

    /// <summary>A constant of floats; of two with one name the first is kept.</summary>
    public string Floats(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) =>
        Constant(name, FloatType, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant of integers; of two with one name the first is kept.</summary>
    public string Integers(string name, ReadOnlySpan<long> values, params ReadOnlySpan<int> shape) =>
        Constant(name, Int64Type, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a node and returns the name of its first output.</summary>
    public string Node(
        string op,
        ReadOnlySpan<string> inputs,
        ReadOnlySpan<OnnxAttribute> attributes = default,
        string domain = "",
        string? output = null,
        string? unused = null)
    {
        output ??= $"{op}_{_nodes}";
        var node = new ProtoMessage();
        foreach (var input in inputs)
        {
            node.Add(1, input);
        }

        node.Add(2, output);
        if (unused is not null)
        {
            node.Add(2, unused);
        }

        node.Add(3, $"node_{_nodes++}").Add(4, op).Add(7, domain);
        foreach (var attribute in attributes)
        {
            node.Add(5, attribute.Message);
        }

        _graph.Add(1, node);
        return output;
    }

    /// <summary>Writes the model.</summary>
    public void Save(string path)
    {
        var model = new ProtoMessage()
            .Add(1, IrVersion)
            .Add(2, "moodstream")
            .Add(7, _graph)
            .Add(8, new ProtoMessage().Add(1, "").Add(2, Opset))
            .Add(8, new ProtoMessage().Add(1, Microsoft).Add(2, 1));
        File.WriteAllBytes(path, model.Bytes);
    }

    private string Constant(string name, int type, ReadOnlySpan<byte> raw, ReadOnlySpan<int> shape)
    {
        if (_constants.Add(name))
        {
            var tensor = new ProtoMessage();
            foreach (var dimension in shape)
            {
                tensor.Add(1, dimension);
            }

            _graph.Add(5, tensor.Add(2, type).Add(8, name).Add(9, raw));
        }

        return name;
    }

    private static ProtoMessage ValueInfo(string name, int type, params ReadOnlySpan<ProtoMessage> dimensions)
    {
        var shape = new ProtoMessage();
        foreach (var dimension in dimensions)
        {
            shape.Add(1, dimension);
        }

        var tensor = new ProtoMessage().Add(1, type).Add(2, shape);
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, tensor));
    }

    private static ProtoMessage Dimension(string name) => new ProtoMessage().Add(2, name);
}
