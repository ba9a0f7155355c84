using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Moodstream.ModelServer.Rest;
using Moodstream.Rpc;

namespace Moodstream.ModelServer.Tests.Rest;

/// <summary>Bodies that are compressed, or too long.</summary>
public sealed class RequestBodyTests(RestHost host) : IClassFixture<RestHost>
{
    private const int SmallBytes = 64 * 1024;

    private static readonly (string, string) Gzip = ("Content-Encoding", "gzip");

    [Fact]
    public async Task Predict_Gzip_IsTheSameAsPlain()
    {
        var plain = await host.PredictAsync(RestHost.Rows);

        var reply = await host.PostAsync(RestHost.Predict, Compress(Encoding.UTF8.GetBytes(RestHost.Rows)), Gzip);

        Assert.Equal(200, reply.Status);
        Assert.Equal(plain.Json.GetRawText(), reply.Json.GetRawText());
    }

    [Fact]
    public async Task Predict_GzipCutAnywhere_IsRefused()
    {
        var whole = Compress(Encoding.UTF8.GetBytes(RestHost.Rows));
        for (var length = 0; length < whole.Length; length++)
        {
            var reply = await host.PostAsync(RestHost.Predict, whole[..length], Gzip);

            Assert.True(reply.Status == 400, $"{length} of {whole.Length} bytes: {reply.Status}");
        }
    }

    [Fact]
    public async Task Predict_NotGzip_IsRefused()
    {
        var reply = await host.PostAsync(RestHost.Predict, Encoding.UTF8.GetBytes(RestHost.Rows), Gzip);

        Assert.Equal(400, reply.Status);
        Assert.Equal("expected one whole gzip member, as Content-Encoding says, got something else", reply.Error);
    }

    [Theory]
    [InlineData("identity", 200)]
    [InlineData("GZIP", 400)]
    [InlineData("deflate", 415)]
    [InlineData("br", 415)]
    [InlineData("gzip, gzip", 415)]
    public async Task Predict_OtherEncodings_AreRefusedOfWhatIsNotKnown(string encoding, int status)
    {
        var reply = await host.PostAsync(
            RestHost.Predict, Encoding.UTF8.GetBytes(RestHost.Rows), ("Content-Encoding", encoding));

        Assert.Equal(status, reply.Status);
    }

    [Fact]
    public async Task Predict_Bomb_Is413()
    {
        // 200 MB in 200 KB, which is below the limit for what comes in.
        var reply = await host.PostAsync(RestHost.Predict, Compress(new byte[200_000_000]), Gzip);

        Assert.Equal(413, reply.Status);
        Assert.Equal("Request body too large. The max request body size is 16777216 bytes.", reply.Error);
    }

    [Fact]
    public async Task Read_Bomb_TakesNoMoreMemoryThanTheLimitNeeds()
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.ContentEncoding = "gzip";
        http.Request.Body = new MemoryStream(Compress(new byte[200_000_000]));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refusal = await Assert.ThrowsAsync<BadHttpRequestException>(
            () => RequestBody.ReadAsync(http.Request, SmallBytes, new ByteBudget(long.MaxValue).Open(), CancellationToken.None));

        Assert.Equal(413, refusal.StatusCode);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public async Task Predict_NoRoomForItsBytes_Is503()
    {
        using var narrow = await RestHost.StartAsync(
            (nameof(ModelServerOptions.MaxRequestBytes), "20000"), (nameof(ModelServerOptions.MaxBytesInHand), "20000"));

        var large = await narrow.PostAsync(RestHost.Predict, new byte[18_000]); // on 32 KiB of rented memory
        var small = await narrow.PredictAsync(RestHost.Rows);
        await narrow.DisposeAsync();

        Assert.Equal(503, large.Status);
        Assert.StartsWith("The requests in hand hold as many bytes as the server allows", large.Error, StringComparison.Ordinal);
        Assert.Equal(200, small.Status);
    }

    [Theory]
    [InlineData(SmallBytes, false, 200)]
    [InlineData(SmallBytes + 1, false, 413)]
    [InlineData(SmallBytes - 1024, true, 200)] // the server counts the frame of a chunk too
    [InlineData(SmallBytes + 1, true, 413)]
    public async Task Predict_LongerThanAllowed_Is413(int length, bool isChunked, int status)
    {
        using var small = await RestHost.StartAsync((nameof(ModelServerOptions.MaxRequestBytes), $"{SmallBytes}"));
        using var request = new HttpRequestMessage(HttpMethod.Post, RestHost.Predict)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(RestHost.Rows.PadRight(length))),
        };
        request.Headers.TransferEncodingChunked = isChunked;

        using var response = await small.Http.SendAsync(request).DefaultTimeout();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.StartsWith(
            status == 413 ? "{\"error\":\"Request body too large." : "{\"predictions\":",
            await response.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        await small.DisposeAsync();
    }

    [Fact]
    public async Task Predict_ManyMegabytes_AreTaken()
    {
        var row = $$"""{"input_ids": [{{string.Join(',', Enumerable.Repeat("7", 64))}}], "input_mask": [{{Ones}}], "segment_ids": [{{Ones}}]}""";
        var rows = string.Join(",", Enumerable.Repeat(row, 2000));

        var reply = await host.PredictAsync($$"""{"note": "{{new string(' ', 4_000_000)}}", "instances": [{{rows}}]}""");

        Assert.Equal(200, reply.Status);
        Assert.Equal(2000, reply.Json.GetProperty("predictions").GetArrayLength());
    }

    private static string Ones { get; } = string.Join(',', Enumerable.Repeat("1", 64));

    private static byte[] Compress(byte[] bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }
}
