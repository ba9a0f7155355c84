using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>Runs a checked graph, one node after the other, as it is written.</summary>
internal sealed class GraphInterpreter(IReadOnlyDictionary<string, GraphNode> nodes)
{
    private readonly Dictionary<string, Tensor> _values = new(StringComparer.Ordinal);

    public void Feed(string placeholder, Tensor value) => _values[placeholder] = value.Type == nodes[placeholder].OutputType
        ? value
        : throw nodes[placeholder].Wrong($"Expects {nodes[placeholder].OutputType} but {value.Type} is provided");

    public Tensor Evaluate(string name)
    {
        if (_values.TryGetValue(name, out var known))
        {
            return known;
        }

        var node = nodes[name];
        var value = Run(node, [.. node.Inputs.Select(Evaluate)]);
        if (value.Type != node.OutputType)
        {
            throw node.Wrong($"gives {value.Type}, should give {node.OutputType}");
        }

        return _values[name] = value;
    }

    private static Tensor Run(GraphNode node, Tensor[] inputs)
    {
        try
        {
            return node.Op is "Const" ? Tensor.Read(node.Name, node.Value)
                : inputs.Length switch
                {
                    0 => throw node.Wrong("You must feed a value for placeholder tensor"),
                    1 => RunUnary(node, inputs[0]),
                    2 => RunBinary(node, inputs[0], inputs[1]),
                    _ => RunOther(node, inputs),
                };
        }
        catch (SavedModelException e) when (!e.Message.StartsWith(node.Name, StringComparison.Ordinal))
        {
            throw node.Wrong(e.Message);
        }
    }

    private static Tensor RunUnary(GraphNode node, Tensor x) => node.Op switch
    {
        "Identity" => x,
        "Tanh" => Elementwise.Map(x.As<float>(), v => (float)Math.Tanh(v)),
        "Erf" => Elementwise.Map(x.As<float>(), v => (float)Elementwise.Erf(v)),
        "Rsqrt" => Elementwise.Map(x.As<float>(), v => (float)(1 / Math.Sqrt(v))),
        "Softmax" => Elementwise.Softmax(x.As<float>()),
        "Cast" => Elementwise.Cast(x, node.Type("DstT")),
        "Shape" when node.Type("out_type") == DataType.DtInt32 => Tensor.Of([x.Rank], x.Shape),
        "Pack" => Shaping.Pack([x], node.Whole("axis")),
        _ => throw node.Wrong("is not interpreted"),
    };

    private static Tensor RunBinary(GraphNode node, Tensor x, Tensor y) => node.Op switch
    {
        "AddV2" => Elementwise.Broadcast(x.As<float>(), y.As<float>(), (a, b) => a + b),
        "Sub" => Elementwise.Broadcast(x.As<float>(), y.As<float>(), (a, b) => a - b),
        "Mul" => Elementwise.Broadcast(x.As<float>(), y.As<float>(), (a, b) => a * b),
        "SquaredDifference" => Elementwise.Broadcast(x.As<float>(), y.As<float>(), (a, b) => (a - b) * (a - b)),
        "BiasAdd" => Elementwise.BiasAdd(x.As<float>(), y.As<float>()),
        "MatMul" => Products.MatMul(x.As<float>(), y.As<float>(), node.Flag("transpose_a"), node.Flag("transpose_b")),
        "BatchMatMulV2" => Products.BatchMatMul(x.As<float>(), y.As<float>(), node.Flag("adj_x"), node.Flag("adj_y")),
        "Reshape" => Shaping.Reshape(x.As<float>(), y.As<int>()),
        "Transpose" => Shaping.Transpose(x.As<float>(), y.As<int>()),
        "Mean" => Reductions.Mean(x.As<float>(), y.As<int>(), node.Flag("keep_dims")),
        "ArgMax" => Reductions.ArgMax(x.As<float>(), y.As<int>().Scalar, node.Type("output_type")),
        "Pack" => Shaping.Pack([x, y], node.Whole("axis")),
        _ => throw node.Wrong("is not interpreted"),
    };

    private static Tensor RunOther(GraphNode node, Tensor[] inputs) => (node.Op, inputs[0]) switch
    {
        ("Pack", _) => Shaping.Pack(inputs, node.Whole("axis")),
        ("Range", Tensor<int> start) => Shaping.Range(start.Scalar, inputs[1].As<int>().Scalar, inputs[2].As<int>().Scalar),
        ("GatherV2", Tensor<float> table) => Shaping.Gather(table, inputs[1].As<int>(), inputs[2].As<int>().Scalar, node.Whole("batch_dims")),
        ("GatherV2", Tensor<Half> table) => Shaping.Gather(table, inputs[1].As<int>(), inputs[2].As<int>().Scalar, node.Whole("batch_dims")),
        ("StridedSlice", Tensor<float> x) => Slicing.StridedSlice(x, Bounds(inputs), Masks(node)),
        ("StridedSlice", Tensor<int> x) => Slicing.StridedSlice(x, Bounds(inputs), Masks(node)),
        _ => throw node.Wrong("is not interpreted"),
    };

    private static SliceBounds Bounds(Tensor[] inputs) =>
        new(inputs[1].As<int>().Data, inputs[2].As<int>().Data, inputs[3].As<int>().Data);

    private static SliceMasks Masks(GraphNode node) => new(
        node.Whole("begin_mask"), node.Whole("end_mask"), node.Whole("shrink_axis_mask"),
        node.Whole("ellipsis_mask") | node.Whole("new_axis_mask"));
}
