using System.IO.Compression;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Moodstream.Rpc.Tests.Support;

namespace Moodstream.Rpc.Tests.Server;

/// <summary>The server's answers as they are on the wire.</summary>
public sealed class AnswersTests
{
    [Fact]
    public async Task Post_OneMessage_IsHeadersMessageAndTrailers()
    {
        await using var server = await RpcTestServer.StartAsync();

        var answer = await RawHttp.SendAsync(server.Address, RawHttp.EchoFrame, contentType: "application/grpc+proto");

        Assert.Equal(HttpStatusCode.OK, answer.Http);
        Assert.Equal(RawHttp.EchoFrame, answer.Body);
        Assert.Equal(new() { ["grpc-status"] = "0" }, answer.Trailers);
        Assert.DoesNotContain("grpc-status", answer.Headers.Keys);
    }

    [Fact]
    public async Task Post_InOneByteFrames_ReachesTheHandler()
    {
        var requests = new Recorded<BytesValue>();
        await using var server = await RpcTestServer.StartAsync((request, _) =>
        {
            requests.Add(request);
            return Task.FromResult(request);
        });
        using var peer = await Http2Peer.ConnectAsync(server.EndPoint);
        await peer.WritePrefaceAsync();
        await peer.WriteCallAsync(1);

        foreach (var b in RawHttp.EchoFrame)
        {
            await peer.WriteDataAsync(1, end: false, [b]);
        }

        await peer.WriteDataAsync(1, end: true, []);
        await peer.ReadMessageAsync();

        Assert.Equal(Echo.Message(3), Assert.Single(requests.Items));
    }

    [Theory]
    [InlineData(0, "13", "Incomplete message.")]
    [InlineData(4, "13", "Incomplete message.")]
    [InlineData(9, "13", "Incomplete message.")]
    [InlineData(11, "13", "Additional data after the message received.")]
    [InlineData(20, "13", "Additional data after the message received.")]
    public async Task Post_NotExactlyOneMessage_IsInternal(int bytes, string status, string message)
    {
        await using var server = await RpcTestServer.StartAsync();
        byte[] body = [.. RawHttp.EchoFrame, .. RawHttp.EchoFrame];

        var answer = await RawHttp.SendAsync(server.Address, body[..bytes]);

        Assert.Equal((status, message), (answer.Status, answer.Message));
        Assert.True(answer.IsTrailersOnly);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 0xFF, 0xFF }, "13")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 }, "13")]
    [InlineData(new byte[] { 1, 0, 0, 0, 2, 1, 2 }, "13")]
    [InlineData(new byte[] { 0, 0x7F, 0xFF, 0xFF, 0xFF }, "8")]
    [InlineData(new byte[] { 0, 0xFF, 0xFF, 0xFF, 0xFF }, "8")]
    public async Task Post_SpoiltMessage_IsAStatus(byte[] body, string status)
    {
        await using var server = await RpcTestServer.StartAsync();

        var answer = await RawHttp.SendAsync(server.Address, body);

        Assert.Equal(status, answer.Status);
        Assert.True(answer.IsTrailersOnly);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/grpc-web")]
    [InlineData("application/json")]
    [InlineData(null)]
    public async Task Post_AnotherContentType_Is415(string? contentType)
    {
        await using var server = await RpcTestServer.StartAsync();

        var answer = await RawHttp.SendAsync(server.Address, RawHttp.EchoFrame, contentType: contentType);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Http);
        Assert.Null(answer.Status);
    }

    [Fact]
    public async Task Post_OverHttp11_Is426()
    {
        await using var server = await RpcTestServer.StartAsync(plainHttp: true);

        var known = await RawHttp.SendAsync(server.Address, RawHttp.EchoFrame, version: "1.1");
        var unknown = await RawHttp.SendAsync(server.Address, RawHttp.EchoFrame, "/no.Such/Method", version: "1.1");

        Assert.Equal(HttpStatusCode.UpgradeRequired, known.Http);
        Assert.Equal("HTTP/2", known.Headers["upgrade"]);
        Assert.Equal(HttpStatusCode.UpgradeRequired, unknown.Http);
    }

    [Theory]
    [InlineData("/moodstream.test.Echo/Other")]
    [InlineData("/moodstream.test.echo/Bytes")]
    [InlineData("/other/method")]
    public async Task Post_UnknownPath_IsUnimplemented(string path)
    {
        await using var server = await RpcTestServer.StartAsync();

        var answer = await RawHttp.SendAsync(server.Address, RawHttp.EchoFrame, path);

        Assert.Equal((HttpStatusCode.OK, "12"), (answer.Http, answer.Status));
        Assert.True(answer.IsTrailersOnly);
    }

    [Theory]
    [InlineData("POST", "/no/such", HttpStatusCode.NotFound)]
    [InlineData("GET", "/no/such", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/model/status", HttpStatusCode.OK)]
    [InlineData("POST", "/v1/model/status", HttpStatusCode.MethodNotAllowed)]
    public async Task Request_OfNoCall_IsAnsweredAsWithoutTheFallback(
        string method, string path, HttpStatusCode expected)
    {
        await using var server = await RpcTestServer.StartAsync(
            map: app => app.MapGet("/v1/model/status", () => Results.Ok()));

        var answer = await RawHttp.SendAsync(server.Address, [], path, "application/json", method);

        Assert.Equal(expected, answer.Http);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("soon")]
    [InlineData("123456789S")]
    [InlineData("1S, 2S")]
    public async Task Post_MalformedTimeout_IsRefused(string timeout)
    {
        await using var server = await RpcTestServer.StartAsync();

        var answer = await RawHttp.SendAsync(
            server.Address, RawHttp.EchoFrame, headers: ("grpc-timeout", timeout));

        Assert.Equal(("13", $"Malformed grpc-timeout: '{timeout}'."), (answer.Status, answer.Message));
    }

    [Theory]
    [InlineData("99999999H")]
    [InlineData("99999999n")]
    public async Task Post_LongTimeout_IsServed(string timeout)
    {
        await using var server = await RpcTestServer.StartAsync(services: s => s.AddTime(new ManualTimeProvider()));

        var answer = await RawHttp.SendAsync(
            server.Address, RawHttp.EchoFrame, headers: ("grpc-timeout", timeout));

        Assert.Equal("0", answer.Status);
    }

    [Fact]
    public async Task Post_UnsupportedEncoding_IsUnimplementedAndNamesTheSupported()
    {
        await using var server = await RpcTestServer.StartAsync();

        var answer = await RawHttp.SendAsync(
            server.Address, [1, 0, 0, 0, 1, 0], headers: ("grpc-encoding", "snappy"));

        Assert.Equal("12", answer.Status);
        Assert.Equal("identity,gzip", answer.Headers["grpc-accept-encoding"].Replace(" ", ""));
    }

    [Fact]
    public async Task Post_GzipBomb_IsRefused()
    {
        await using var server = await RpcTestServer.StartAsync(
            configure: options => options.MaxReceiveBytes = 500_000);
        var bomb = new MemoryStream();
        using (var gzip = new GZipStream(bomb, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(new byte[50_000_000]);
        }

        byte[] body = [1, 0, (byte)(bomb.Length >> 16), (byte)(bomb.Length >> 8), (byte)bomb.Length, .. bomb.ToArray()];

        var answer = await RawHttp.SendAsync(server.Address, body, headers: ("grpc-encoding", "gzip"));

        Assert.True(bomb.Length < 500_000);
        Assert.Equal("8", answer.Status);
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("deflate, gzip ,identity", 1)]
    [InlineData("identity", 0)]
    [InlineData("gzipped", 0)]
    public async Task Post_ToAServerThatCompresses_IsCompressedForThoseThatTakeIt(string accepted, byte flag)
    {
        await using var server = await RpcTestServer.StartAsync(configure: options => options.Gzip = true);

        var answer = await RawHttp.SendAsync(
            server.Address, RawHttp.EchoFrame, headers: ("grpc-accept-encoding", accepted));

        Assert.Equal(flag, answer.Body[0]);
        Assert.Equal(flag == 1, answer.Headers.ContainsKey("grpc-encoding"));
    }

    [Fact]
    public async Task Post_HandlerThrows_IsUnknownWithoutTheTextAndIsLogged()
    {
        await using var server = await RpcTestServer.StartAsync(
            (_, _) => throw new InvalidOperationException("the password is secret"));

        var answer = await RawHttp.SendAsync(server.Address, RawHttp.EchoFrame);

        Assert.Equal(("2", "Exception was thrown by handler."), (answer.Status, answer.Message));
        var line = Assert.Single(server.Logs.Lines.Items, line => line.Id == 1500);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.IsType<InvalidOperationException>(line.Exception);
    }

    [Fact]
    public async Task Post_HandlerThrowsCancellationOfItsOwn_IsUnknown()
    {
        await using var server = await RpcTestServer.StartAsync(
            async (_, _) => throw await Task.FromResult(new OperationCanceledException()));

        var answer = await RawHttp.SendAsync(server.Address, RawHttp.EchoFrame);

        Assert.Equal("2", answer.Status);
    }

    [Fact]
    public async Task Post_HandlerFailsWithAVeryLongDetail_IsStillAStatus()
    {
        await using var server = await RpcTestServer.StartAsync(
            (_, _) => throw new RpcException(StatusCode.NotFound, new string('ö', 1_000_000)));
        using var channel = server.Connect();

        var error = await channel.FailAsync();

        Assert.Equal(StatusCode.NotFound, error.Code);
        Assert.Equal(4096 / 6, error.Detail.Length);
    }

    [Fact]
    public async Task Post_HandlerReadsSpoiltMetadata_IsInternal()
    {
        await using var server = await RpcTestServer.StartAsync((request, context) =>
        {
            Assert.NotNull(context.RequestMetadata);
            return Task.FromResult(request);
        });

        var answer = await RawHttp.SendAsync(server.Address, RawHttp.EchoFrame, headers: ("trace-bin", "!"));

        Assert.Equal("13", answer.Status);
        Assert.Contains("trace-bin", answer.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Post_HandlerSetsTrailers_AreBehindTheAnswer()
    {
        await using var server = await RpcTestServer.StartAsync((request, context) =>
        {
            context.ResponseTrailers.Add("took", "5");
            context.ResponseTrailers.AddBinary("hash-bin", [1]);
            return Task.FromResult(request);
        });

        var answer = await RawHttp.SendAsync(server.Address, RawHttp.EchoFrame);

        Assert.Equal(new() { ["grpc-status"] = "0", ["took"] = "5", ["hash-bin"] = "AQ" }, answer.Trailers);
    }
}
