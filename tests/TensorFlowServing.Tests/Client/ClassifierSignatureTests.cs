using Moodstream.TensorFlowServing.Client;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.Client;

public sealed class ClassifierSignatureTests
{
    [Fact]
    public void Find_TheGoldenSignature_IsOurOwn()
    {
        var map = (SignatureDefMap)WireMessages.Parse(WireGolden.Find("metadata.json", "signature_def_map"));

        var signature = ClassifierSignature.Find(map.SignatureDef, PredictSignature.Bert);

        Assert.Equal(ClassifierSignature.Own(PredictSignature.Bert), signature);
    }

    [Fact]
    public void Find_HuggingFacesNames_AreUsedWithTheirTypeAndOutput()
    {
        var signature = Find(ServingDouble.Signature(
            "input_ids,attention_mask,token_type_ids", "logits:float", DataType.DtInt64));

        Assert.Equal(
            new ClassifierSignature
            {
                Name = PredictSignature.Default,
                Ids = new TokenInput("input_ids", DataType.DtInt64),
                Mask = new TokenInput("attention_mask", DataType.DtInt64),
                Segments = new TokenInput("token_type_ids", DataType.DtInt64),
                Output = new ClassOutput("logits", ClassOutputKind.Logits),
            },
            signature);
    }

    [Fact]
    public void Find_NoSegments_AsksWithoutThem() =>
        Assert.Null(Find(ServingDouble.Signature("input_ids,attention_mask")).Segments);

    [Theory]
    [InlineData("probabilities:float,logits:float,predictated_labels:int32", "probabilities", ClassOutputKind.Probabilities)]
    [InlineData("predictated_labels:int32,logits:half", "logits", ClassOutputKind.Logits)]
    [InlineData("predictated_labels:int32,labels:string", "predictated_labels", ClassOutputKind.ClassIds)]
    [InlineData("class_ids:int64,scores:float", "class_ids", ClassOutputKind.ClassIds)]
    [InlineData("predicted_labels:int64", "predicted_labels", ClassOutputKind.ClassIds)]
    public void Find_SeveralOutputs_TakesTheOneThatSaysMost(string outputs, string alias, ClassOutputKind kind) =>
        Assert.Equal(new ClassOutput(alias, kind), Find(ServingDouble.Signature(outputs: outputs)).Output);

    [Theory]
    [InlineData(-1, null)]
    [InlineData(150, 150)]
    public void Find_Length_IsTheShapes(int stated, int? expected) =>
        Assert.Equal(expected, Find(ServingDouble.Signature(length: stated)).Length);

    [Fact]
    public void Find_UnknownRank_TakesAnyLength()
    {
        var definition = ServingDouble.Signature();
        definition.Inputs[PredictSignature.InputIds].TensorShape = new TensorShapeProto { UnknownRank = true };

        Assert.Null(Find(definition).Length);
    }

    [Theory]
    [InlineData("ids,input_mask", "logits:float", "expected the input input_ids, got ids, input_mask")]
    [InlineData("input_ids,segment_ids", "logits:float", "expected the input input_mask or attention_mask, got input_ids, segment_ids")]
    [InlineData("input_ids,input_mask,position_ids", "logits:float", "got position_ids beside input_ids, input_mask")]
    [InlineData("input_ids,input_mask,attention_mask", "logits:float", "got attention_mask beside input_ids, input_mask")]
    [InlineData("input_ids,input_mask", "output_0:float", "expected the output probabilities or logits or predictated_labels")]
    [InlineData("input_ids,input_mask", "probabilities:string", "expected probabilities as float, double or half, got string")]
    [InlineData("input_ids,input_mask", "logits:int32", "expected logits as float, double, half or bfloat16, got int32")]
    [InlineData("input_ids,input_mask", "class_ids:float", "expected class_ids as int32 or int64, got float")]
    public void Find_InputsOrOutputsThatCannotBeServed_AreRefusedByName(string inputs, string outputs, string expected) =>
        Assert.Contains(expected, Refusal(ServingDouble.Signature(inputs, outputs)), StringComparison.Ordinal);

    [Fact]
    public void Find_InputOfFloats_IsRefusedByName() => Assert.Equal(
        "signature serving_default: expected input_ids as int32 or int64, got float",
        Refusal(ServingDouble.Signature(type: DataType.DtFloat)));

    [Theory]
    [InlineData("-1", "[-1]")]
    [InlineData("1,128", "[1,128]")]
    [InlineData("-1,0", "[-1,0]")]
    [InlineData("-1,-2", "[-1,-2]")]
    [InlineData("-1,9999999999", "[-1,9999999999]")]
    [InlineData("-1,128,1", "[-1,128,1]")]
    public void Find_ShapeThatCannotBeServed_IsRefusedByName(string shape, string expected)
    {
        var definition = ServingDouble.Signature();
        definition.Inputs["input_mask"].TensorShape = new TensorShapeProto
        {
            Dim = { shape.Split(',').Select(size => new TensorShapeProto.Types.Dim { Size = long.Parse(size, null) }) },
        };

        Assert.Equal(
            $"signature serving_default: expected input_mask of the shape [-1,-1] or [-1,T], got {expected}",
            Refusal(definition));
    }

    [Fact]
    public void Find_TwoLengths_AreRefused()
    {
        var definition = ServingDouble.Signature("input_ids,input_mask", length: 128);
        definition.Inputs["input_mask"].TensorShape.Dim[1].Size = 64;

        Assert.Contains("expected inputs of one length, got ", Refusal(definition), StringComparison.Ordinal);
    }

    [Fact]
    public void Find_AnotherName_IsRefusedNamingThoseThereAre()
    {
        var signatures = new Dictionary<string, SignatureDef> { ["b"] = new(), ["a"] = new() };

        var thrown = Assert.Throws<UnusableSignatureException>(() => ClassifierSignature.Find(signatures, "serving_default"));

        Assert.Equal("expected the signature serving_default, got the signatures a, b", thrown.Message);
    }

    private static ClassifierSignature Find(SignatureDef definition) => ClassifierSignature.Find(
        new Dictionary<string, SignatureDef> { [PredictSignature.Default] = definition }, PredictSignature.Default);

    private static string Refusal(SignatureDef definition) =>
        Assert.Throws<UnusableSignatureException>(() => Find(definition)).Message;
}
