using Moodstream.TensorFlowServing.Client;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.Client;

public sealed class ClassifierRequestTests
{
    private static readonly int[] TokenIds = [2, 21, 53, 94, 3, 2, 17, 3];
    private static readonly int[] Lengths = [5, 3];

    [Theory]
    [InlineData("seed_client", PredictSignature.Bert)]
    [InlineData("default_signature", PredictSignature.Default)]
    public void Create_TheGoldensBatch_IsTheGoldenAskedForOneOutput(string golden, string signature)
    {
        var expected = (PredictRequest)WireMessages.Parse(WireGolden.Find("predict_request.json", golden));
        expected.ModelSpec.SignatureName = signature; // the default may be left out
        expected.OutputFilter.Add(PredictSignature.Probabilities);

        var request = ClassifierSignature.Own(signature).CreateRequest(new ModelSpec { Name = "bert" }, TokenIds, Lengths);

        Assert.Equal(expected, request);
    }

    [Fact]
    public void Create_OneOutputIsRead_IsTheGoldenThatAsksForIt()
    {
        var signature = ClassifierSignature.Own(PredictSignature.Bert) with
        {
            Output = new ClassOutput(PredictSignature.PredictedLabels, ClassOutputKind.ClassIds),
        };

        var request = signature.CreateRequest(new ModelSpec { Name = "bert" }, TokenIds, Lengths);

        Assert.Equal(WireMessages.Parse(WireGolden.Find("predict_request.json", "output_filter_one")), request);
    }

    [Fact]
    public void Create_Int64WithoutSegments_SendsWhatTheSignatureHas()
    {
        var signature = ClassifierSignature.Own("s") with
        {
            Ids = new TokenInput("input_ids", DataType.DtInt64),
            Mask = new TokenInput("attention_mask", DataType.DtInt32),
            Segments = null,
        };

        var request = signature.CreateRequest(new ModelSpec { Name = "m" }, TokenIds, Lengths);

        Assert.Equal(["attention_mask", "input_ids"], request.Inputs.Keys.Order());
        Assert.Equal(DataType.DtInt64, request.Inputs["input_ids"].Dtype);
        Assert.Equal(DataType.DtInt32, request.Inputs["attention_mask"].Dtype);
        Assert.Equal(2 * 5 * sizeof(long), request.Inputs["input_ids"].TensorContent.Length);
        Assert.Equal([2, 21, 53, 94, 3, 2, 17, 3, 0, 0], Values(request.Inputs["input_ids"]));
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 0, 0], Values(request.Inputs["attention_mask"]));
    }

    [Fact]
    public void Create_FixedLength_PadsToIt()
    {
        var signature = ClassifierSignature.Own("s") with { Length = 150 };

        var request = signature.CreateRequest(new ModelSpec { Name = "m" }, TokenIds, Lengths);

        Assert.All(request.Inputs.Values, tensor => Assert.True(TensorShape.Of(tensor).Is(2, 150)));
        var mask = Values(request.Inputs["input_mask"]);
        Assert.Equal((5, 3), (mask[..150].Sum(), mask[150..].Sum()));
        Assert.Equal([2, 17, 3, 0], Values(request.Inputs["input_ids"])[150..154]);
        Assert.All(Values(request.Inputs["segment_ids"]), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Create_KeepsTheModelsVersion_AndLeavesTheCallersSpecAlone()
    {
        var model = new ModelSpec { Name = "m", Version = 3 };

        var request = ClassifierSignature.Own("s").CreateRequest(model, TokenIds, Lengths);

        Assert.Equal(new ModelSpec { Name = "m", Version = 3, SignatureName = "s" }, request.ModelSpec);
        Assert.Empty(model.SignatureName);
    }

    [Theory]
    [InlineData(new int[0])]
    [InlineData(new[] { 5, 2 })]
    [InlineData(new[] { 8, 0 })]
    [InlineData(new[] { int.MaxValue, int.MaxValue, 10 })]
    public void Create_LengthsThatDoNotFit_Throws(int[] lengths)
    {
        var signature = ClassifierSignature.Own("s");

        Assert.ThrowsAny<ArgumentException>(() => signature.CreateRequest(new ModelSpec(), TokenIds, lengths));
    }

    [Fact]
    public void Create_LongerThanTheFixedLength_Throws()
    {
        var signature = ClassifierSignature.Own("s") with { Length = 4 };

        var thrown = Assert.Throws<ArgumentException>(() => signature.CreateRequest(new ModelSpec(), TokenIds, Lengths));

        Assert.Contains("expected sequences of at most 4 ids, got 5", thrown.Message, StringComparison.Ordinal);
    }

    private static int[] Values(TensorProto tensor)
    {
        var values = new int[TensorShape.Of(tensor).Elements];
        TensorReader.Copy(tensor, values);
        return values;
    }
}
