using System.Text.Json;
using Google.Protobuf;
using Moodstream.TensorFlowServing.SavedModel;
using Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel;

/// <summary>The messages of the file against those of one that TensorFlow has loaded and run (tests/data/tfs-wire).</summary>
public sealed class NodeDefTests
{
    private static readonly JsonElement Golden =
        JsonElement.Parse(File.ReadAllBytes(Repository.Data("tfs-wire", "node_defs.json")));

    private static readonly Lazy<byte[]> Exported = new(() => Export.Bytes(TinyBert.Folder));
    private static readonly Lazy<LoadedSavedModel> Model = new(() => LoadedSavedModel.Parse(Exported.Value));

    public static TheoryData<string> NodeNames => [.. Messages("tensorflow.NodeDef").Select(m => m.Name)];

    [Fact]
    public void Graph_NamesOperationsAndInputs_AreTheGoldenOnesInOrder()
    {
        var golden = Golden.GetProperty("graph").EnumerateArray().Select(n => Line(
            n.GetProperty("name").GetString()!, n.GetProperty("op").GetString()!, // every entry has them
            n.GetProperty("inputs").EnumerateArray().Select(i => i.GetString()!)));

        Assert.Equal(golden, Model.Value.Meta.GraphDef.Node.Select(n => Line(n.Name, n.Op, n.Input)));
    }

    [Theory]
    [MemberData(nameof(NodeNames))]
    public void Node_IsTheGoldenOne_ButForTheSideOfMatMul(string name)
    {
        // As messages: the golden file has "Tidx" before "T". A member that is not set equals none that is.
        var bytes = Messages("tensorflow.NodeDef").Single(m => m.Name == name).Bytes;
        var golden = NodeDef.Parser.ParseFrom(bytes);
        var node = Model.Value.Meta.GraphDef.Node.Single(n => n.Name == name).Clone();

        if (node.Op == "MatMul")
        {
            // The golden file has its kernels turned to [inputs, outputs]; ours are as the checkpoint has them.
            Assert.True(node.Attr["transpose_b"].B);
            node.Attr["transpose_b"].B = false;
        }

        Assert.Equal(golden, node);
        Assert.Equal(bytes.Length, node.CalculateSize());
    }

    [Fact]
    public void Kernels_AreTheCheckpointsBytes_OutputsByInputs()
    {
        using var checkpoint = Bert.BertCheckpoint.Open(TinyBert.Folder);
        var tensor = checkpoint.Tensors["encoder.layer.1.intermediate.dense.weight"];
        var values = new float[tensor.Count];
        tensor.ReadFloats(0, values);

        var kernel = Model.Value.Meta.GraphDef.Node.Single(n => n.Name == "bert/layer_1/intermediate/kernel").Attr["value"].Tensor;

        Assert.Equal([64, 32], kernel.TensorShape.Dim.Select(d => d.Size));
        Assert.Equal(values.SelectMany(BitConverter.GetBytes), kernel.TensorContent.ToByteArray());
    }

    [Fact]
    public void Signatures_AreTheGoldenOneToTheByte_UnderBothNames()
    {
        var golden = Messages("tensorflow.SignatureDef").Single().Bytes;

        Assert.Equal(["bert_predictions", "serving_default"], Model.Value.Meta.SignatureDef.Keys);
        Assert.All(Model.Value.Meta.SignatureDef.Values, s => Assert.Equal(golden, s.ToByteArray()));
    }

    [Fact]
    public void MetaInfoAndVersions_AreTheGoldenOnesToTheByte()
    {
        Assert.Equal(Messages("tensorflow.MetaGraphDef.MetaInfoDef").Single().Bytes, Model.Value.Meta.MetaInfoDef.ToByteArray());
        Assert.Equal(Messages("tensorflow.VersionDef").Single().Bytes, Model.Value.Meta.GraphDef.Versions.ToByteArray());
    }

    [Fact]
    public void File_IsWhatProtobufWritesOfTheSameMessage()
    {
        Assert.Equal(Wire.SavedModel.Parser.ParseFrom(Exported.Value).ToByteArray(), Exported.Value);
    }

    [Fact]
    public void Attributes_OfEveryNode_AreInKeyOrder()
    {
        Assert.All(Model.Value.Meta.GraphDef.Node, n => Assert.Equal(n.Attr.Keys.Order(StringComparer.Ordinal), n.Attr.Keys));
    }

    [Fact]
    public void HalfPrecision_StoresMatricesAsHalves_AndWidensThem()
    {
        var single = Model.Value.Meta.GraphDef.Node;

        var half = Export.Load(TinyBert.Folder, new BertSavedModelOptions { HalfPrecision = true }).Meta.GraphDef.Node;

        var added = half.ExceptBy(single.Select(n => n.Name), n => n.Name).ToList();
        Assert.Equal(single.Select(n => n.Name), half.Select(n => n.Name).Except(added.Select(n => n.Name)));
        Assert.Equal((2 * 6) + 2 + 3, added.Count);
        Assert.All(added, n => Assert.Equal("Cast", half.Single(c => c.Input.Contains(n.Name)).Op));
        Assert.All(
            half.Where(n => n.Op == "Const" && n.Attr["value"].Tensor.TensorShape.Dim.Count == 2),
            n => Assert.Equal(DataType.DtHalf, n.Attr["dtype"].Type));
        Assert.All(
            half.Where(n => n.Name.EndsWith("/bias", StringComparison.Ordinal) || n.Name.EndsWith("/gamma", StringComparison.Ordinal)),
            n => Assert.Equal(DataType.DtFloat, n.Attr["dtype"].Type));
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Messages(string type) =>
        Golden.GetProperty("messages").EnumerateArray()
            .Where(m => m.GetProperty("message").GetString() == type)
            .Select(m => (m.GetProperty("name").GetString()!, m.GetProperty("base64").GetBytesFromBase64()));

    private static string Line(string name, string op, IEnumerable<string> inputs) => $"{name}: {op}({string.Join(", ", inputs)})";
}
