using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Moodstream.TensorFlowServing.Tests;

public sealed class WireGoldensTests
{
    private static readonly string[] Files =
        ["tensors", "predict_request", "predict_response", "metadata", "status", "node_defs"];

    private static readonly JsonParser Json = new(
        JsonParser.Settings.Default.WithIgnoreUnknownFields(true).WithTypeRegistry(
            TypeRegistry.FromMessages(Wire.SignatureDefMap.Descriptor)));

    // Written in a form that a reader must take and no writer of today makes, so that it is shorter when written again.
    private static readonly string[] Rewritten = ["int32_unpacked", "int32_packed_and_unpacked_mixed"];

    public static TheoryData<string, string> Messages
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in Files)
            {
                foreach (var golden in WireGolden.Read($"{file}.json"))
                {
                    data.Add($"{file}.json", golden.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Parse_EachGolden_EqualsItsJson(string file, string name)
    {
        var golden = WireGolden.Find(file, name);

        var message = WireMessages.Parse(golden);

        // What the trimmed protos leave out is kept as unknown fields, which the JSON form cannot have.
        var known = message.Descriptor.Parser.WithDiscardUnknownFields(true).ParseFrom(golden.Bytes);
        var expected = Json.Parse(golden.Json.GetProperty("json").GetRawText(), message.Descriptor);
        Assert.Equal(Unpacked(expected), Unpacked(known));
        Assert.Equal(WithoutPacked(expected), WithoutPacked(known));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Write_EachGolden_IsAsLongAndReadsTheSame(string file, string name)
    {
        var golden = WireGolden.Find(file, name);
        var message = WireMessages.Parse(golden);

        var written = message.ToByteArray();

        Assert.Equal(message, message.Descriptor.Parser.ParseFrom(written));
        if (!Rewritten.Contains(name))
        {
            Assert.Equal(golden.Bytes.Length, written.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Parse_EveryTruncation_IsReadOrRefused(string file, string name)
    {
        var golden = WireGolden.Find(file, name);
        var parser = WireMessages.Parse(golden).Descriptor.Parser;
        var refused = 0;

        for (var length = 0; length < golden.Bytes.Length; length++)
        {
            try
            {
                parser.ParseFrom(golden.Bytes, 0, length);
            }
            catch (Exception refusal) when (refusal is InvalidProtocolBufferException or InvalidOperationException)
            {
                // The second is what the parser throws for a wrapper message that ends in the middle of a tag.
                refused++;
            }
        }

        Assert.True(golden.Bytes.Length < 2 || refused > 0);
    }

    // A packed message's bytes depend on the order of its maps, its meaning does not.
    private static Wire.SignatureDefMap? Unpacked(IMessage message) =>
        message is Wire.GetModelMetadataResponse { Metadata.Count: 1 } response
            ? response.Metadata.Values.Single().Unpack<Wire.SignatureDefMap>()
            : null;

    private static IMessage WithoutPacked(IMessage message)
    {
        if (message is Wire.GetModelMetadataResponse response)
        {
            Assert.All(response.Metadata, m => Assert.Equal("type.googleapis.com/tensorflow.serving.SignatureDefMap", m.Value.TypeUrl));
            response.Metadata.Clear();
        }

        return message;
    }
}
