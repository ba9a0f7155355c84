using System.Text.Json;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.Tensors;

public sealed class TensorGoldensTests
{
    private const int Most = 1_000;

    public static TheoryData<string> Accepted => Names(rejected: false);

    public static TheoryData<string> Rejected => Names(rejected: true);

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Read_EachEncoding_GivesTensorFlowsValues(string name)
    {
        var golden = WireGolden.Find("tensors.json", name);
        var tensor = (TensorProto)WireMessages.Parse(golden);
        var expected = golden.Json.GetProperty("values").EnumerateArray().ToArray();

        var shape = TensorShape.Of(tensor);

        Assert.Equal(golden.Json.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), shape.Dimensions.ToArray());
        if (tensor.Dtype is DataType.DtString)
        {
            Assert.Equal(expected.Select(v => v.GetString()), TensorReader.Strings(tensor, Most).Select(v => v.ToStringUtf8()));
            return;
        }

        if (tensor.Dtype is DataType.DtFloat or DataType.DtDouble or DataType.DtHalf or DataType.DtBfloat16)
        {
            var reals = new double[shape.Elements];
            TensorReader.Copy<double>(tensor, reals);
            Assert.Equal(expected.Select(v => Stored(tensor.Dtype, v.GetDouble())), reals);
            return;
        }

        var integers = new Int128[shape.Elements];
        TensorReader.Copy<Int128>(tensor, integers);
        Assert.Equal(expected.Select(v => Integer(v)), integers);
    }

    [Theory]
    [MemberData(nameof(Rejected))]
    public void Read_WhatTensorFlowRefuses_IsRefused(string name)
    {
        var tensor = (TensorProto)WireMessages.Parse(WireGolden.Find("tensors.json", name));

        Assert.Throws<TensorFormatException>(() =>
        {
            var values = new int[TensorShape.Of(tensor).Elements];
            TensorReader.Copy<int>(tensor, values);
        });
    }

    private static TheoryData<string> Names(bool rejected) =>
        [.. WireGolden.Read("tensors.json").Where(g => g.Json.TryGetProperty("rejected", out _) == rejected).Select(g => g.Name)];

    // The goldens print numbers as short as the stored type allows.
    private static double Stored(DataType type, double value) => type switch
    {
        DataType.DtDouble => value,
        DataType.DtHalf => (double)(Half)value,
        _ => (float)value,
    };

    private static Int128 Integer(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => Int128.Parse(value.GetRawText(), null),
    };
}
