using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>What TensorFlow's registry says of an operation (tensorflow/core/ops).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Inputs">Types of the inputs: names of attributes; <c>N*T</c> is as many as N says.</param>
/// <param name="Output">Type of the output: the name of an attribute.</param>
/// <param name="Attributes">Its attributes by name.</param>
internal sealed record OpRule(string Name, string[] Inputs, string Output, IReadOnlyDictionary<string, AttributeRule> Attributes)
{
    private static readonly Dictionary<string, OpRule> Rules = new[]
    {
        Rule("Placeholder", "", "dtype", "dtype:type shape:shape?"),
        Rule("Const", "", "dtype", "dtype:type value:tensor"),
        Rule("Identity", "T", "T", "T:type"),
        Rule("Tanh", "T", "T", "T:type"),
        Rule("Erf", "T", "T", "T:type"),
        Rule("Rsqrt", "T", "T", "T:type"),
        Rule("Softmax", "T", "T", "T:type"),
        Rule("AddV2", "T T", "T", "T:type"),
        Rule("Sub", "T T", "T", "T:type"),
        Rule("Mul", "T T", "T", "T:type"),
        Rule("SquaredDifference", "T T", "T", "T:type"),
        Rule("BiasAdd", "T T", "T", "T:type data_format:s?"),
        Rule("MatMul", "T T", "T", "T:type transpose_a:b=0 transpose_b:b=0"),
        Rule("BatchMatMulV2", "T T", "T", "T:type adj_x:b=0 adj_y:b=0"),
        Rule("GatherV2", "Tparams Tindices Taxis", "Tparams", "Tparams:type Tindices:type Taxis:type batch_dims:i=0"),
        Rule("Reshape", "T Tshape", "T", "T:type Tshape:type=3"),
        Rule("Transpose", "T Tperm", "T", "T:type Tperm:type=3"),
        Rule("Mean", "T Tidx", "T", "T:type Tidx:type=3 keep_dims:b=0"),
        Rule("Shape", "T", "out_type", "T:type out_type:type=3"),
        Rule(
            "StridedSlice", "T Index Index Index", "T",
            "T:type Index:type begin_mask:i=0 end_mask:i=0 ellipsis_mask:i=0 new_axis_mask:i=0 shrink_axis_mask:i=0"),
        Rule("Pack", "N*T", "T", "T:type N:i axis:i=0"),
        Rule("Range", "Tidx Tidx Tidx", "Tidx", "Tidx:type=3"),
        Rule("Cast", "SrcT", "DstT", "SrcT:type DstT:type Truncate:b=0"),
        Rule("ArgMax", "T Tidx", "output_type", "T:type Tidx:type=3 output_type:type=9"),
    }.ToDictionary(r => r.Name);

    public static OpRule Of(NodeDef node) => Rules.GetValueOrDefault(node.Op)
        ?? throw new SavedModelException($"Op type not registered '{node.Op}' in {node.Name}");

    private static OpRule Rule(string name, string inputs, string output, string attributes) => new(
        name, inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries), output,
        attributes.Split(' ').Select(AttributeRule.Parse).ToDictionary(a => a.Name));
}
