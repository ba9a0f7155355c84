using Google.Protobuf;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.Tensors;

public sealed class TensorReaderTests
{
    [Theory]
    [InlineData(DataType.DtString)]
    [InlineData(DataType.DtComplex64)]
    [InlineData(DataType.DtResource)]
    [InlineData(DataType.DtInvalid)]
    [InlineData((DataType)100)]
    public void Copy_NoNumbers_IsRefusedByName(DataType type)
    {
        var tensor = new TensorProto { Dtype = type, TensorShape = new TensorShapeProto() };

        var refusal = Assert.Throws<TensorFormatException>(() => TensorReader.Copy<int>(tensor, new int[1]));

        Assert.Contains(TensorReader.NameOf(type), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_ValueTooLargeForTheTarget_IsRefused()
    {
        var tensor = TensorWriter.Of([1L, 1L << 40], 2);

        var refusal = Assert.Throws<TensorFormatException>(() => TensorReader.Copy<int>(tensor, new int[2]));

        Assert.Contains("1099511627776", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Copy_RoomForOtherNumber_IsTheCallersMistake()
    {
        var tensor = TensorWriter.Of([1, 2, 3, 4], TensorEncoding.Content, 2, 2);

        Assert.Throws<ArgumentException>(() => TensorReader.Copy<int>(tensor, new int[3]));
    }

    [Fact]
    public void Strings_MoreThanAllowed_AreRefusedUnallocated()
    {
        var tensor = new TensorProto { Dtype = DataType.DtString, TensorShape = new TensorShapeProto() };
        tensor.TensorShape.Dim.Add(new TensorShapeProto.Types.Dim { Size = 1L << 50 });

        var refusal = Assert.Throws<TensorFormatException>(() => TensorReader.Strings(tensor, 10));

        Assert.Contains("[1125899906842624]", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_MoreDimensionsThanTensorFlowHas_IsRefused()
    {
        var tensor = new TensorProto { Dtype = DataType.DtInt32, TensorShape = new TensorShapeProto() };
        for (var i = 0; i <= TensorShape.MostDimensions; i++)
        {
            tensor.TensorShape.Dim.Add(new TensorShapeProto.Types.Dim { Size = 1 });
        }

        Assert.Throws<TensorFormatException>(() => TensorShape.Of(tensor));
    }

    [Theory]
    [InlineData(TensorEncoding.Content)]
    [InlineData(TensorEncoding.TypedList)]
    public void Of_WrittenAndRead_GivesBackTheValues(TensorEncoding encoding)
    {
        int[] integers = [int.MinValue, -1, 0, 1, int.MaxValue, 7];
        float[] reals = [float.MinValue, -0.5f, 0, float.Epsilon, float.MaxValue, float.NaN];
        var readIntegers = new int[6];
        var readReals = new float[6];

        TensorReader.Copy<int>(Sent(TensorWriter.Of(integers, encoding, 2, 3)), readIntegers);
        TensorReader.Copy<float>(Sent(TensorWriter.Of(reals, encoding, 3, 2)), readReals);

        Assert.Equal(integers, readIntegers);
        Assert.Equal(reals, readReals);
    }

    [Fact]
    public void Copy_RandomMessages_AreReadOrRefused()
    {
        foreach (var seed in Fuzz.Seeds(2_000))
        {
            var random = new Random(seed);
            var bytes = WireGolden.Read("tensors.json")[random.Next(40)].Bytes;
            for (var flips = random.Next(4); flips >= 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                var tensor = TensorProto.Parser.ParseFrom(bytes);
                if (TensorShape.Of(tensor).Elements is var elements and < 100_000)
                {
                    TensorReader.Copy<double>(tensor, new double[elements]);
                }
            }
            catch (Exception refusal) when (refusal is InvalidProtocolBufferException or TensorFormatException)
            {
                Assert.NotEmpty(refusal.Message);
            }
        }
    }

    private static TensorProto Sent(TensorProto tensor) => TensorProto.Parser.ParseFrom(tensor.ToByteArray());
}
