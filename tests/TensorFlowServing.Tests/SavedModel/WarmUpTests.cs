using System.Buffers.Binary;
using System.Text;
using Moodstream.TensorFlowServing.SavedModel;
using Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel;

/// <summary>The requests beside the model, read as the model server reads them.</summary>
public sealed class WarmUpTests
{
    [Fact]
    public void Requests_AreOneForEachSetOfOutputsThatClientsAskFor()
    {
        var requests = Requests(TinyBert.Folder);

        Assert.Equal(
            [("serving_default", "probabilities"), ("bert_predictions", "")],
            requests.Select(r => (r.ModelSpec.SignatureName, string.Join(",", r.OutputFilter))));
        Assert.All(requests, r => Assert.Equal("tiny-bert", r.ModelSpec.Name));
    }

    [Theory]
    [InlineData(null, 64, 8)]
    [InlineData(null, 5, 5)]
    [InlineData(12, 64, 12)]
    public void Requests_FitTheSignatureAndRun(int? fixedLength, int positions, int columns)
    {
        using var folder = new ModelFolder(new ModelShape { Positions = positions });
        var options = new BertSavedModelOptions { FixedLength = fixedLength };
        var model = Export.Load(folder.Path, options);

        foreach (var request in Requests(folder.Path, options))
        {
            var signature = model.Meta.SignatureDef[request.ModelSpec.SignatureName];
            var feed = new Feed(
                [1, columns], Read(request.Inputs["input_ids"]), Read(request.Inputs["input_mask"]), Read(request.Inputs["segment_ids"]));

            Assert.Equal(signature.Inputs.Keys.Order(), request.Inputs.Keys.Order());
            Assert.All(request.Inputs.Values, i => Assert.Equal([1L, columns], i.TensorShape.Dim.Select(d => d.Size)));
            Assert.All(request.OutputFilter, o => Assert.Contains(o, signature.Outputs.Keys));
            Assert.Equal(3, model.Predict<float>(feed, "probabilities").Data.Length);
            Assert.All(feed.Mask, m => Assert.Equal(1, m));
        }
    }

    [Theory]
    [InlineData("123456789", 0xE3069283)]
    [InlineData("", 0)]
    public void MaskedCrc_OfTheStandardsExample_IsTheChecksumTurnedAndShifted(string text, uint crc)
    {
        var masked = ((crc >> 15) | (crc << 17)) + 0xA282EAD8;

        Assert.Equal(masked, TfRecord.MaskedCrc(Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    public void Write_OfARecord_IsLengthChecksumDataChecksum()
    {
        using var stream = new MemoryStream();

        TfRecord.Write(stream, "123456789"u8);

        Assert.Equal(8 + 4 + 9 + 4, stream.Length);
        Assert.Equal(["123456789"], Records(stream.ToArray()).Select(Encoding.ASCII.GetString));
    }

    private static List<PredictRequest> Requests(string model, BertSavedModelOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        Export.Write(model, folder["1"], options);
        return [.. Records(File.ReadAllBytes(Path.Combine(folder["1"], "assets.extra", "tf_serving_warmup_requests")))
            .Select(r => PredictionLog.Parser.ParseFrom(r).PredictLog.Request)];
    }

    /// <summary>Reads TFRecords and checks both checksums of each, with a table of its own.</summary>
    private static IEnumerable<byte[]> Records(byte[] file)
    {
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            var data = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return data;
            at += 12 + length + 4;
        }
    }

    /// <summary>CRC-32C bit by bit: polynomial 0x1EDC6F41, reflected.</summary>
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }

        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xA282EAD8;
    }

    private static int[] Read(TensorProto tensor) =>
        [.. tensor.TensorContent.ToByteArray().Chunk(4).Select(b => BitConverter.ToInt32(b))];
}
