using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <content>
/// TensorFlow's operations (tensorflow/core/ops), one method each, with the attributes it must have and those whose
/// value is worth seeing; 64-bit defaults (ArgMax's) are never left to it.
/// </content>
internal sealed partial class GraphBuilder
{
    public string Placeholder(string name, params ReadOnlySpan<long> shape) => Op(
        name, "Placeholder", [],
        ("dtype", Type(DataType.DtInt32)), ("shape", new AttrValue { Shape = TensorWriter.Shape(shape) }));

    /// <summary>Identity, Tanh, Erf, Rsqrt, or Softmax over the last axis, of float32.</summary>
    public string Unary(string op, string name, string x) => Op(name, op, [x], ("T", Type(DataType.DtFloat)));

    /// <summary>AddV2, Sub, Mul or SquaredDifference of float32, broadcasting as NumPy does.</summary>
    public string Binary(string op, string name, string x, string y) =>
        Op(name, op, [x, y], ("T", Type(DataType.DtFloat)));

    /// <summary>Adds a vector to the last axis.</summary>
    public string BiasAdd(string name, string value, string bias) =>
        Op(name, "BiasAdd", [value, bias], ("T", Type(DataType.DtFloat)));

    /// <summary>a bᵀ.</summary>
    public string MatMulTransposed(string name, string a, string b) => Op(
        name, "MatMul", [a, b],
        ("T", Type(DataType.DtFloat)), ("transpose_a", Flag(false)), ("transpose_b", Flag(true)));

    /// <summary>x y, or x yᵀ, of the last two axes.</summary>
    public string BatchMatMul(string name, string x, string y, bool transposeY) => Op(
        name, "BatchMatMulV2", [x, y],
        ("T", Type(DataType.DtFloat)), ("adj_x", Flag(false)), ("adj_y", Flag(transposeY)));

    /// <summary>Rows of a table.</summary>
    public string Gather(string name, string table, DataType type, string rows)
    {
        var integers = Type(DataType.DtInt32);
        return Op(
            name, "GatherV2", [table, rows, Integer(0)],
            ("Tparams", Type(type)), ("Tindices", integers), ("Taxis", integers));
    }

    public string Cast(string name, string x, DataType from, DataType to) =>
        Op(name, "Cast", [x], ("SrcT", Type(from)), ("DstT", Type(to)));

    public string Reshape(string name, string x, string shape) =>
        Op(name, "Reshape", [x, shape], ("T", Type(DataType.DtFloat)), ("Tshape", Type(DataType.DtInt32)));

    public string Transpose(string name, string x, string order) =>
        Op(name, "Transpose", [x, order], ("T", Type(DataType.DtFloat)), ("Tperm", Type(DataType.DtInt32)));

    /// <summary>Mean over an axis, which stays, of size 1.</summary>
    public string Mean(string name, string x, string axis) => Op(
        name, "Mean", [x, axis],
        ("T", Type(DataType.DtFloat)), ("Tidx", Type(DataType.DtInt32)), ("keep_dims", Flag(true)));

    public string Shape(string name, string x) =>
        Op(name, "Shape", [x], ("T", Type(DataType.DtInt32)), ("out_type", Type(DataType.DtInt32)));

    /// <summary>A vector of four scalars.</summary>
    public string Pack(string name, string first, string second, string third, string fourth) =>
        Pack(name, [first, second, third, fourth]);

    /// <summary>A vector of three scalars.</summary>
    public string Pack(string name, string first, string second, string third) => Pack(name, [first, second, third]);

    /// <summary>0, 1, … up to a scalar.</summary>
    public string Range(string name, string limit) =>
        Op(name, "Range", [Integer(0), limit, Integer(1)], ("Tidx", Type(DataType.DtInt32)));

    /// <summary>An element of a vector, as a scalar.</summary>
    public string Element(string name, string vector, int index) => StridedSlice(
        name, DataType.DtInt32, [vector, Vector(index), Vector(index + 1), Vector(1)], wholeAxes: 0, droppedAxes: 1);

    /// <summary>[B, T, H] to the first of T, [B, H].</summary>
    public string FirstOfSecondAxis(string name, string x) => StridedSlice(
        name, DataType.DtFloat, [x, Vector(0, 0), Vector(0, 1), Vector(1, 1)], wholeAxes: 1 << 0, droppedAxes: 1 << 1);

    /// <summary>Place of the greatest value in the second axis, int32.</summary>
    public string ArgMax(string name, string x) => Op(
        name, "ArgMax", [x, Integer(1)],
        ("T", Type(DataType.DtFloat)), ("Tidx", Type(DataType.DtInt32)), ("output_type", Type(DataType.DtInt32)));

    private string Pack(string name, string[] values) =>
        Op(name, "Pack", values, ("T", Type(DataType.DtInt32)), ("N", Whole(values.Length)), ("axis", Whole(0)));

    /// <param name="name">Name of the node.</param>
    /// <param name="type">Type of the elements.</param>
    /// <param name="inputs">What is sliced; first, end and step for each axis.</param>
    /// <param name="wholeAxes">A bit for each axis that is taken from its start to its end.</param>
    /// <param name="droppedAxes">A bit for each axis of which one place is taken, and which goes.</param>
    private string StridedSlice(string name, DataType type, string[] inputs, int wholeAxes, int droppedAxes) => Op(
        name, "StridedSlice", inputs,
        ("T", Type(type)), ("Index", Type(DataType.DtInt32)),
        ("begin_mask", Whole(wholeAxes)), ("end_mask", Whole(wholeAxes)), ("shrink_axis_mask", Whole(droppedAxes)),
        ("ellipsis_mask", Whole(0)), ("new_axis_mask", Whole(0)));
}
