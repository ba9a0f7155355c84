using System.Text;
using Google.Protobuf.Collections;
using Microsoft.Extensions.Logging;
using Moodstream.ModelServer.Rest;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Tests.Rest;

/// <summary>What no client sends on purpose: never taken for a request, never an error of the server.</summary>
public sealed class HostileJsonTests(RestHost host) : IClassFixture<RestHost>
{
    private const string Texts =
        """{"signature_name": "texts", "instances": ["so \"good\" \ud83d\ude0d é", {"b64": "YXdmdWw="}, ""]}""";

    private const string Columns =
        """
        {"inputs": {"input_ids": [[2, 21], [17, 3]], "input_mask": [[1, 1], [1, 0]], "segment_ids": [[0, 0], [0, 1]]},
         "unknown": [1.5e3, null, true, {"a": {}}]}
        """;

    public static TheoryData<string> Bodies => new() { RestHost.Rows, Texts, Columns };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Predict_CutAtEveryByte_IsRefused(string body)
    {
        var whole = Encoding.UTF8.GetBytes(body.TrimEnd());
        Assert.Equal(200, (await host.PostAsync(RestHost.Predict, whole)).Status);
        for (var length = 0; length < whole.Length; length++)
        {
            var reply = await host.PostAsync(RestHost.Predict, whole[..length]);

            Assert.True(reply.Status == 400, $"{length} bytes: {reply.Status}");
            Assert.StartsWith("JSON Parse error: ", reply.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Predict_ChangedAnyhow_IsAnsweredOrRefused(string body)
    {
        var whole = Encoding.UTF8.GetBytes(body);
        foreach (var seed in Fuzz.Seeds(300))
        {
            var reply = await host.PostAsync(RestHost.Predict, Mutate(whole, new Random(seed)));

            Assert.True(reply.Status is 200 or 400 or 404, $"seed {seed}: {reply.Status} {reply.Json}");
            Assert.Equal(reply.Status != 200, reply.Json.TryGetProperty("error", out _));
        }

        Assert.Equal(200, (await host.PostAsync(RestHost.Predict, whole)).Status);
        Assert.DoesNotContain(host.Server.Logs.Lines.Items, l => l.Level >= LogLevel.Error);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public async Task Predict_NestedDeeply_IsRefused(string open, string close)
    {
        const int Depth = 500_000;
        var nested = string.Concat(Enumerable.Repeat(open, Depth)) + "1" + string.Concat(Enumerable.Repeat(close, Depth));
        foreach (var body in new[] { nested, $$"""{"instances": {{nested}} }""", $$"""{"x": {{nested}} }""" })
        {
            var reply = await host.PredictAsync(body);

            Assert.Equal(400, reply.Status);
            Assert.StartsWith("JSON Parse error: The maximum configured depth", reply.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"\"", DataType.DtString)]
    [InlineData("\"a\"", DataType.DtString)]
    [InlineData("[]", DataType.DtString)]
    [InlineData("[]", DataType.DtInt32)]
    [InlineData("1", DataType.DtInt32)]
    public void Read_ManySmallValues_TakesLittleMoreMemoryThanTheirJson(string value, DataType type)
    {
        var json = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(value, 1_000_000))}]");
        var inputs = new MapField<string, TensorInfo> { ["x"] = new TensorInfo { Dtype = type } };
        var before = GC.GetAllocatedBytesForCurrentThread();

        try
        {
            InputsReader.Read(json, inputs, mostStrings: 4096);
        }
        catch (RpcException)
        {
            // Too many strings: as good as an answer.
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * json.Length);
    }

    [Theory]
    [InlineData(0x80)]
    [InlineData(0xC0)]
    [InlineData(0xED)]
    [InlineData(0xF5)]
    [InlineData(0xFF)]
    public async Task Predict_NotUtf8_IsRefused(byte odd)
    {
        foreach (var mark in new[] { "so", "texts" })
        {
            var body = Encoding.UTF8.GetBytes(Texts);
            body[Texts.IndexOf(mark, StringComparison.Ordinal)] = odd;

            var reply = await host.PostAsync(RestHost.Predict, body);

            Assert.Equal(400, reply.Status);
            Assert.Equal("JSON Parse error: Invalid encoding in string: expected UTF-8.", reply.Error);
        }
    }

    // Tokens that mean something, besides bytes that need not.
    private static byte[] Mutate(byte[] whole, Random random)
    {
        string[] tokens =
        [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d", "null", "true", "-", "1e9", "0.5", "2147483648",
            "\"b64\"", "{\"b64\":\"\"}", "\"instances\"", "\"inputs\"", "\"texts\"", "\"input_ids\"", "[]", "{}", "//", "\0",
        ];
        var bytes = whole.ToList();
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at - 1));
                    break;
                case 2:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Length)]));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(at + 1), Math.Min(random.Next(30), bytes.Count - at)));
                    break;
                default:
                    bytes[at] = (byte)random.Next(32, 127);
                    break;
            }
        }

        return [.. bytes];
    }
}
