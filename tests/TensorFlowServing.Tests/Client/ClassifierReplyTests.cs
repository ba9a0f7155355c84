using System.Runtime.InteropServices;
using Google.Protobuf;
using Moodstream.TensorFlowServing.Client;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.Client;

public sealed class ClassifierReplyTests
{
    private const float Tolerance = 2e-5f;

    // What TensorFlow computed (tests/data/tfs-wire/predict_response.json).
    private static readonly float[] Probabilities = [0.04365331f, 0.11377311f, 0.8425735f, 0.7261652f, 0.16511989f, 0.1087149f];

    private static readonly ClassOutput ByProbability = new(PredictSignature.Probabilities, ClassOutputKind.Probabilities);
    private static readonly ClassOutput ByLogit = new(PredictSignature.Logits, ClassOutputKind.Logits);
    private static readonly ClassOutput ById = new(PredictSignature.PredictedLabels, ClassOutputKind.ClassIds);

    [Theory]
    [InlineData("typed_lists")]
    [InlineData("tensor_content")]
    [InlineData("default_signature")]
    public void Read_GoldenReply_GivesTheSameByProbabilitiesAndByLogits(string golden)
    {
        var reply = (PredictResponse)WireMessages.Parse(WireGolden.Find("predict_response.json", golden));

        Assert.Equal(Probabilities, Read(reply, ByProbability));
        Assert.All(Read(reply, ByLogit).Zip(Probabilities), p => Assert.Equal(p.Second, p.First, Tolerance));
        Assert.Equal([0, 0, 1, 1, 0, 0], Read(reply, ById));
    }

    [Fact]
    public void Read_GoldenReplyOfOneOutput_GivesItsClasses()
    {
        var reply = (PredictResponse)WireMessages.Parse(WireGolden.Find("predict_response.json", "filtered"));

        Assert.Equal([0, 0, 1, 1, 0, 0], Read(reply, ById));
    }

    [Theory]
    [InlineData(DataType.DtHalf, true)]
    [InlineData(DataType.DtHalf, false)]
    [InlineData(DataType.DtDouble, true)]
    [InlineData(DataType.DtDouble, false)]
    public void Read_OtherFloatTypes_GiveTheProbabilities(DataType type, bool content)
    {
        var tensor = Numbers(type, content, [0.25, 0.5, 0.25, 0.125, 0.375, 0.5], 2, 3);

        Assert.Equal([0.25f, 0.5f, 0.25f, 0.125f, 0.375f, 0.5f], Read(Reply(ByProbability, tensor), ByProbability));
    }

    [Theory]
    [InlineData(DataType.DtInt32, "2")]
    [InlineData(DataType.DtInt64, "2")]
    [InlineData(DataType.DtInt64, "2,1")]
    public void Read_ClassIds_GiveOneForEachClass(DataType type, string shape)
    {
        var tensor = Numbers(type, content: false, [2, 0], [.. shape.Split(',').Select(s => int.Parse(s, null))]);

        Assert.Equal([0, 0, 1, 1, 0, 0], Read(Reply(ById, tensor), ById));
    }

    [Fact]
    public void Read_ClassIdOfRankZero_IsABatchOfOne()
    {
        var reply = Reply(ById, Numbers(DataType.DtInt32, content: false, [1]));

        Assert.Equal([0, 1, 0], Read(reply, ById, sequences: 1));
        Assert.Contains("shape [2], got []", Trouble(reply, ById), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NaN", "expected probabilities to be numbers from 0 to 1, got NaN in row 1")]
    [InlineData("Infinity", "got Infinity in row 1")]
    [InlineData("-0.1", "got -0.1 in row 1")]
    [InlineData("1.1", "got 1.1 in row 1")]
    [InlineData("0.3", "expected probabilities to sum to 1, got 1.1")]
    [InlineData("0.19", "expected probabilities to sum to 1, got 0.99")]
    public void Read_NumberThatIsNoProbability_IsTrouble(string value, string expected)
    {
        float[] values = [0.2f, 0.3f, 0.5f, 0.3f, 0.5f, float.Parse(value, System.Globalization.CultureInfo.InvariantCulture)];
        var reply = Reply(ByProbability, TensorWriter.Of(values, TensorEncoding.TypedList, 2, 3));

        Assert.Contains(expected, Trouble(reply, ByProbability), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Read_LogitThatIsNotFinite_IsTrouble(float value)
    {
        var reply = Reply(ByLogit, TensorWriter.Of([1, 2, 3, 4, value, 6], TensorEncoding.Content, 2, 3));

        Assert.Equal($"expected logits to be finite numbers, got {value} in row 1", Trouble(reply, ByLogit));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Read_ClassThatIsNone_IsTrouble(long id)
    {
        var reply = Reply(ById, TensorWriter.Of([0, id], 2));

        Assert.Equal($"expected predictated_labels from 0 to 2, got {id} in row 1", Trouble(reply, ById));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 2)]
    [InlineData(2, 2)]
    [InlineData(2, 4)]
    [InlineData(6)]
    [InlineData(2, 3, 1)]
    [InlineData(0, 3)]
    public void Read_OtherShape_IsTrouble(params int[] shape)
    {
        var values = new float[shape.Aggregate(1, (product, size) => product * size)];
        var tensor = TensorWriter.Of(values, TensorEncoding.TypedList, shape);

        Assert.Equal(
            $"expected logits of the shape [2,3], got [{string.Join(',', shape)}]", Trouble(Reply(ByLogit, tensor), ByLogit));
        Assert.Contains("of the shape [2,3], got", Trouble(Reply(ByProbability, tensor), ByProbability), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ShapeFarTooLarge_IsTroubleBeforeAnythingIsAllocated()
    {
        var tensor = Numbers(DataType.DtInt64, content: false, [1]);
        tensor.TensorShape.Dim.Add(new TensorShapeProto.Types.Dim { Size = long.MaxValue });

        Assert.Contains("got [9223372036854775807]", Trouble(Reply(ById, tensor), ById), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherType_IsTrouble()
    {
        var ints = TensorWriter.Of([0, 0, 1, 1, 0, 0], TensorEncoding.TypedList, 2, 3);
        var floats = TensorWriter.Of([2f, 0f], TensorEncoding.TypedList, 2);

        Assert.Equal("expected probabilities as float, double or half, got int32", Trouble(Reply(ByProbability, ints), ByProbability));
        Assert.Equal("expected logits as float, double, half or bfloat16, got int32", Trouble(Reply(ByLogit, ints), ByLogit));
        Assert.Equal("expected predictated_labels as int32 or int64, got float", Trouble(Reply(ById, floats), ById));
    }

    [Fact]
    public void Read_ContentTooShort_IsTrouble()
    {
        var tensor = TensorWriter.Of(Probabilities, TensorEncoding.Content, 2, 3);
        tensor.TensorContent = ByteString.CopyFrom(tensor.TensorContent.Span[..^1]);

        Assert.Contains("output probabilities: expected 24 bytes", Trouble(Reply(ByProbability, tensor), ByProbability), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OutputIsMissing_IsTrouble()
    {
        var reply = Reply(ByLogit, TensorWriter.Of(Probabilities, TensorEncoding.Content, 2, 3));

        Assert.Equal("expected the output probabilities, got 'logits'", Trouble(reply, ByProbability));
    }

    [Fact]
    public void Read_GoldensWithBytesChanged_GivesProbabilitiesOrTrouble()
    {
        var golden = WireGolden.Find("predict_response.json", "tensor_content").Bytes;
        var read = 0;
        foreach (var seed in Fuzz.Seeds(3000))
        {
            var random = new Random(seed);
            var bytes = (byte[])golden.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            read += TryRead(bytes, random.Next(3) switch { 0 => ByProbability, 1 => ByLogit, _ => ById }, seed) ? 1 : 0;
        }

        Assert.NotEqual(0, read);
    }

    private static bool TryRead(byte[] bytes, ClassOutput output, int seed)
    {
        try
        {
            var row = Read(PredictResponse.Parser.ParseFrom(bytes), output);
            Assert.True(row.All(p => p is >= 0 and <= 1) && Math.Abs(row.Sum() - 2) <= 2e-3, $"seed {seed}");
            return true;
        }
        catch (Exception refusal) when (refusal is UnexpectedReplyException or InvalidProtocolBufferException or InvalidOperationException)
        {
            return false; // the last two are the parser's
        }
    }

    private static float[] Read(PredictResponse reply, ClassOutput output, int sequences = 2)
    {
        var probabilities = new float[sequences * 3];
        (ClassifierSignature.Own("s") with { Output = output }).ReadProbabilities(reply, sequences, probabilities);
        return probabilities;
    }

    private static string Trouble(PredictResponse reply, ClassOutput output) =>
        Assert.Throws<UnexpectedReplyException>(() => Read(reply, output)).Message;

    private static PredictResponse Reply(ClassOutput output, TensorProto tensor) => new() { Outputs = { [output.Alias] = tensor } };

    private static TensorProto Numbers(DataType type, bool content, double[] values, params int[] shape)
    {
        var tensor = new TensorProto
        {
            Dtype = type,
            TensorShape = new TensorShapeProto { Dim = { shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } },
        };
        switch (type, content)
        {
            case (DataType.DtInt32, _): tensor.IntVal.Add(values.Select(v => (int)v)); break;
            case (DataType.DtInt64, _): tensor.Int64Val.Add(values.Select(v => (long)v)); break;
            case (DataType.DtDouble, false): tensor.DoubleVal.Add(values); break;
            case (DataType.DtHalf, false): tensor.HalfVal.Add(values.Select(v => (int)BitConverter.HalfToUInt16Bits((Half)v))); break;
            case (DataType.DtDouble, true): tensor.TensorContent = Bytes<double>(values); break;
            default: tensor.TensorContent = Bytes<Half>([.. values.Select(v => (Half)v)]); break;
        }

        return tensor;
    }

    private static ByteString Bytes<T>(T[] values)
        where T : unmanaged => ByteString.CopyFrom(MemoryMarshal.AsBytes<T>(values));
}
