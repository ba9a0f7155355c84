using Google.Protobuf;
using Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel;

/// <summary>
/// Mistakes in a SavedModel that TensorFlow takes without a word, or only refuses when it is asked: the tests of the exporter
/// are worth something only if each of them is seen here.
/// </summary>
public sealed class SilentMistakesTests
{
    private const string Case = "five_tokens";
    private const double Tolerance = 2e-5;

    private static readonly byte[] Sound = Export.Bytes(TinyBert.Folder);

    private static readonly Dictionary<string, Action<Wire.SavedModel>> Refused = new()
    {
        ["ArgMax gives 64 bits"] = m => Node(m, "predictated_labels").Attr.Remove("output_type"),
        ["weight without values"] = m => Value(m, "bert/layer_0/query/kernel").TensorContent = ByteString.Empty,
        ["weight with too few values"] = m => Shorten(Value(m, "bert/pooler/kernel")),
        ["first token of no rows"] = m => Set(m, "bert/first_token", ("begin_mask", 0), ("end_mask", 0)),
        ["TensorInfo of another type"] = m => Signature(m).Outputs["predictated_labels"].Dtype = DataType.DtInt64,
        ["TensorInfo of another shape"] = m => Signature(m).Outputs["logits"].TensorShape.Dim[1].Size = 2,
        ["TensorInfo without a place"] = m => Signature(m).Outputs["logits"].Name = "logits",
        ["TensorInfo of no node"] = m => Signature(m).Outputs["logits"].Name = "nothing:0",
        ["no method name"] = m => Signature(m).MethodName = "",
        ["unknown attribute"] = m => Node(m, "logits").Attr.Add("foo", new AttrValue { I = 1 }),
        ["no tag"] = m => m.MetaGraphs[0].MetaInfoDef.Tags.Clear(),
        ["a tag twice"] = m => m.MetaGraphs[0].MetaInfoDef.Tags.Add("serve"),
        ["two graphs"] = m => m.MetaGraphs.Add(m.MetaGraphs[0].Clone()),
        ["no signature"] = m => m.MetaGraphs[0].SignatureDef.Clear(),
        ["mandatory attribute missing"] = m => Node(m, "bert/layer_0/query/MatMul").Attr.Remove("T"),
        ["attribute without a member"] = m => Node(m, "bert/layer_0/query/MatMul").Attr["transpose_a"].ClearValue(),
        ["attribute of another member"] = m => Node(m, "shape").Attr["T"] = new AttrValue { I = 3 },
        ["axis of 64 bits"] = m => Node(m, "const/i_0").Attr["dtype"].Type = DataType.DtInt64,
        ["type of the value is another"] = m => Value(m, "const/f_one").Dtype = DataType.DtInt32,
        ["scalar that is a vector"] = m => Value(m, "const/i_1").TensorShape.Dim.Add(new TensorShapeProto.Types.Dim { Size = 1 }),
        ["input that is not there"] = m => Node(m, "logits").Input[0] = "nowhere",
        ["too few inputs"] = m => Node(m, "mask/additive").Input.RemoveAt(1),
        ["a name twice"] = m => Node(m, "const/i_0").Name = "const/i_1",
        ["a name with a space"] = m => Node(m, "predictated_labels").Name = "predictated labels",
        ["a cycle"] = m => Node(m, "bert/embeddings/sum").Input[0] = "bert/embeddings/flat",
        ["mean without its axis"] = m => Node(m, "bert/embeddings/LayerNorm/mean").Attr.Remove("keep_dims"),
        ["keys not turned"] = m => Node(m, "bert/layer_0/scores").Attr["adj_y"].B = false,
        ["kernel not turned"] = m => Node(m, "bert/layer_0/intermediate/MatMul").Attr["transpose_b"].B = false,
        ["first token with no mask"] = m => Set(m, "bert/first_token", ("shrink_axis_mask", 0)),
        ["positions from one"] = m => Node(m, "bert/embeddings/positions").Input[0] = "const/i_1",
        ["operation that is none"] = m => Node(m, "bert/layer_0/gelu/erf").Op = "Gelu",
    };

    private static readonly Dictionary<string, Action<Wire.SavedModel>> WrongNumbers = new()
    {
        ["square kernel not turned"] = m => Node(m, "bert/layer_0/query/MatMul").Attr["transpose_b"].B = false,
        ["query and key swapped"] = m => Swap(m, "bert/layer_1/query/kernel", "bert/layer_1/key/kernel"),
        ["weight of zeros"] = m => Clear(Value(m, "bert/layer_1/value/kernel")),
        ["layer norm of another epsilon"] = m => Number(m, "const/f_eps", 1e-5f),
        ["no scale of the heads"] = m => Number(m, "const/f_head_scale", 1),
        ["no segments"] = m => Clear(Value(m, "bert/embeddings/token_type/table")),
        ["no mask"] = m => Number(m, "const/f_min", 0),
        ["no query bias"] = m => Clear(Value(m, "bert/layer_0/query/bias")),
        ["no shift"] = m => Clear(Value(m, "bert/layer_0/output_norm/beta")),
        ["no tanh"] = m => Node(m, "bert/pooled_output").Op = "Identity",
        ["residual of the layer before"] = m => Node(m, "bert/layer_1/output_residual").Input[1] = "bert/layer_0/output_norm/out",
    };

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    public static TheoryData<string> WrongNumberNames => [.. WrongNumbers.Keys];

    [Fact]
    public void SoundModel_IsTakenAndRight() => Assert.True(WorstLogit(LoadedSavedModel.Of(Spoilt(_ => { }))) <= Tolerance);

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void Mistake_InTheMessage_IsRefused(string mistake)
    {
        var model = Spoilt(Refused[mistake]);

        Assert.ThrowsAny<SavedModelException>(() =>
        {
            var loaded = LoadedSavedModel.Of(model);
            loaded.Predict<float>(TinyBert.Feed(Case), "logits");
            loaded.Predict<int>(TinyBert.Feed(Case), "predictated_labels");
        });
    }

    [Theory]
    [MemberData(nameof(WrongNumberNames))]
    public void Mistake_InTheNumbers_IsSeenInTheLogits(string mistake)
    {
        var model = LoadedSavedModel.Of(Spoilt(WrongNumbers[mistake]));

        var worst = TinyBert.CaseNames.Where(c => c is "pair_segments" or "ragged_4x12").Max(c => WorstLogit(model, c));

        Assert.True(worst > Tolerance, $"{mistake}: {worst}");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    public void Parse_SaverOrAssetsThatNobodyWrote_AreRefused(int field)
    {
        // An empty saver_def is taken by the C++ loader and refused by Python's; both fields are unknown to our message.
        var meta = Wire.SavedModel.Parser.ParseFrom(Sound).MetaGraphs[0].ToByteArray();
        var model = new Wire.SavedModel
        {
            SavedModelSchemaVersion = 1,
            MetaGraphs = { MetaGraphDef.Parser.ParseFrom([.. meta, (byte)((field << 3) | 2), 0]) },
        };

        Assert.Throws<SavedModelException>(() => LoadedSavedModel.Parse(model.ToByteArray()));
    }

    [Fact]
    public void Parse_Truncated_IsRefused()
    {
        for (var length = 0; length < Sound.Length; length += 997)
        {
            Assert.ThrowsAny<Exception>(() => LoadedSavedModel.Parse(Sound[..length]));
        }
    }

    private static Wire.SavedModel Spoilt(Action<Wire.SavedModel> spoil)
    {
        var model = Wire.SavedModel.Parser.ParseFrom(Sound);
        spoil(model);
        return model;
    }

    private static double WorstLogit(LoadedSavedModel model, string name = Case) => TinyBert.Output(name, "logits_f64")
        .Zip(model.Predict<float>(TinyBert.Feed(name), "logits").Data, (e, a) => Math.Abs(e - a)).Max();

    private static NodeDef Node(Wire.SavedModel model, string name) => model.MetaGraphs[0].GraphDef.Node.Single(n => n.Name == name);

    private static TensorProto Value(Wire.SavedModel model, string name) => Node(model, name).Attr["value"].Tensor;

    private static SignatureDef Signature(Wire.SavedModel model) => model.MetaGraphs[0].SignatureDef["serving_default"];

    private static void Set(Wire.SavedModel model, string name, params (string Attribute, long Value)[] values)
    {
        foreach (var (attribute, value) in values)
        {
            Node(model, name).Attr[attribute] = new AttrValue { I = value };
        }
    }

    private static void Number(Wire.SavedModel model, string name, float value) =>
        Value(model, name).TensorContent = ByteString.CopyFrom(BitConverter.GetBytes(value));

    private static void Clear(TensorProto tensor) => tensor.TensorContent = ByteString.CopyFrom(new byte[tensor.TensorContent.Length]);

    private static void Shorten(TensorProto tensor) => tensor.TensorContent = ByteString.CopyFrom(tensor.TensorContent.Span[4..]);

    private static void Swap(Wire.SavedModel model, string a, string b) =>
        (Value(model, a).TensorContent, Value(model, b).TensorContent) = (Value(model, b).TensorContent, Value(model, a).TensorContent);
}
