using Moodstream.Rpc.Tests.Support;

namespace Moodstream.Rpc.Tests.Client;

/// <summary>What the client makes of servers that break off or break the rules.</summary>
public sealed class BrokenAnswersTests
{
    private static readonly (string, string) Ok = (":status", "200");
    private static readonly (string, string) Grpc = ("content-type", "application/grpc");
    private static readonly byte[] Message = [0, 0, 0, 0, 5, 10, 3, 7, 7, 7];

    [Theory]
    [InlineData(0x0, StatusCode.Internal)]
    [InlineData(0x1, StatusCode.Internal)]
    [InlineData(0x2, StatusCode.Internal)]
    [InlineData(0x8, StatusCode.Cancelled)]
    [InlineData(0xb, StatusCode.ResourceExhausted)]
    [InlineData(0xc, StatusCode.PermissionDenied)]
    public async Task Call_StreamReset_IsTheCodesStatus(int code, StatusCode expected)
    {
        var early = await FailAsync((peer, stream) => peer.WriteResetAsync(stream, code));
        var late = await FailAsync(async (peer, stream) =>
        {
            await peer.WriteHeadersAsync(stream, false, Ok, Grpc);
            await peer.WriteDataAsync(stream, false, Message);
            await peer.WriteResetAsync(stream, code);
        });

        Assert.Equal(expected, early.Code);
        Assert.Equal(expected, late.Code);
    }

    [Fact]
    public async Task Call_StreamRefusedForGood_IsUnavailable()
    {
        await using var server = new ScriptedServer(async peer =>
        {
            await peer.ReadPrefaceAsync();
            while (true)
            {
                await peer.WriteResetAsync(await peer.ReadMessageAsync(), 0x7);
            }
        });
        using var channel = new RpcChannel(server.Address);

        var error = await channel.FailAsync();

        Assert.Equal(StatusCode.Unavailable, error.Code);
    }

    [Theory]
    [InlineData(false, 0x0)]
    [InlineData(false, 0x2)]
    [InlineData(false, 0xb)]
    [InlineData(true, 0x0)]
    [InlineData(true, 0x2)]
    [InlineData(true, 0xb)]
    public async Task Call_GoAway_IsUnavailable(bool accepted, int code)
    {
        var early = await FailAsync((peer, stream) => GoAwayAsync(peer, stream));
        var late = await FailAsync(async (peer, stream) =>
        {
            await peer.WriteHeadersAsync(stream, false, Ok, Grpc);
            await GoAwayAsync(peer, stream);
        });

        Assert.Equal(StatusCode.Unavailable, early.Code);
        Assert.Equal(StatusCode.Unavailable, late.Code);

        async Task GoAwayAsync(Http2Peer peer, int stream)
        {
            await peer.WriteGoAwayAsync(accepted ? stream : 0, code);
            peer.Dispose();
        }
    }

    [Fact]
    public async Task Call_GoAwayBeforeItWasLookedAt_IsSentAgain()
    {
        var connections = 0;
        await using var server = ScriptedServer.AnswerWith((peer, stream) => Interlocked.Increment(ref connections) == 1
            ? peer.WriteGoAwayAsync(0, 0)
            : AnswerAsync(peer, stream));
        using var channel = new RpcChannel(server.Address);

        var answer = await channel.EchoAsync();

        Assert.Equal(3, answer.Value.Length);
        Assert.Equal(2, connections);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_ConnectionCutAnywhere_IsUnavailable(bool abort)
    {
        byte[] answer =
        [
            .. Http2Peer.Frame(Http2Frame.Headers, Http2Frame.EndHeaders, 1, Http2Peer.Block(Ok, Grpc)),
            .. Http2Peer.Frame(Http2Frame.Data, 0, 1, Message),
            .. Http2Peer.Frame(Http2Frame.Headers, 5, 1, Http2Peer.Block(("grpc-status", "0"))),
        ];
        foreach (var length in Enumerable.Range(0, answer.Length))
        {
            var error = await FailAsync(async (peer, _) =>
            {
                await peer.WriteAsync(answer.AsMemory(0, length));
                End(peer);
            });

            Assert.True(error.Code is StatusCode.Unavailable, $"after {length} bytes: {error}");
        }

        void End(Http2Peer peer)
        {
            if (abort)
            {
                peer.Abort();
            }
            else
            {
                peer.Dispose();
            }
        }
    }

    [Fact]
    public async Task Call_AnswerInOneByteFrames_BringsTheAnswer()
    {
        await using var server = ScriptedServer.AnswerWith(async (peer, stream) =>
        {
            await peer.WriteHeadersAsync(stream, false, Ok, Grpc);
            foreach (var b in Message)
            {
                await peer.WriteDataAsync(stream, false, [b]);
                await peer.WriteDataAsync(stream, false, []);
            }

            await peer.WriteHeadersAsync(stream, true, ("grpc-status", "0"));
        });
        using var channel = new RpcChannel(server.Address);

        var answer = await channel.EchoAsync();

        Assert.Equal([7, 7, 7], answer.Value.ToByteArray());
    }

    [Theory]
    [InlineData(0, StatusCode.Internal, "Incomplete message.")]
    [InlineData(4, StatusCode.Internal, "Incomplete message.")]
    [InlineData(9, StatusCode.Internal, "Incomplete message.")]
    [InlineData(11, StatusCode.Internal, "Additional data after the message received.")]
    [InlineData(20, StatusCode.Internal, "Additional data after the message received.")]
    public async Task Call_NotExactlyOneMessage_IsInternal(int bytes, StatusCode code, string detail)
    {
        byte[] body = [.. Message, .. Message];

        var error = await FailAsync((peer, stream) => AnswerAsync(peer, stream, body[..bytes]));

        Assert.Equal((code, detail), (error.Code, error.Detail));
    }

    [Fact]
    public async Task Call_FailedAfterHalfAMessage_IsTheStatusSent()
    {
        var error = await FailAsync((peer, stream) => AnswerAsync(
            peer,
            stream,
            Message[..7],
            ("grpc-status", "15"),
            ("grpc-message", "disk %C3%B6"),
            ("a-bin", "!"),
            ("b", "2")));

        Assert.Equal((StatusCode.DataLoss, "disk ö"), (error.Code, error.Detail));
        Assert.Equal("b", Assert.Single(error.Trailers).Key); // what does not decode is left out
    }

    [Theory]
    [InlineData("0", StatusCode.Internal)]
    [InlineData("5", StatusCode.NotFound)]
    [InlineData("00", StatusCode.Unknown)]
    [InlineData("17", StatusCode.Unknown)]
    [InlineData("x", StatusCode.Unknown)]
    public async Task Call_TrailersOnly_IsTheStatusAndOkIsInternal(string status, StatusCode expected)
    {
        var error = await FailAsync((peer, stream) => peer.WriteHeadersAsync(
            stream, true, Ok, Grpc, ("grpc-status", status), ("retry-bin", "AQI")));

        Assert.Equal(expected, error.Code);
        Assert.Equal(expected is not StatusCode.Internal, error.Trailers.TryGetBinary("retry-bin", out _));
    }

    [Theory]
    [InlineData("200", StatusCode.Unknown)]
    [InlineData("302", StatusCode.Unknown)]
    [InlineData("404", StatusCode.Unimplemented)]
    [InlineData("429", StatusCode.Unavailable)]
    [InlineData("503", StatusCode.Unavailable)]
    public async Task Call_WithoutGrpcStatus_IsMappedFromHttps(string status, StatusCode expected)
    {
        var page = await FailAsync(async (peer, stream) =>
        {
            await peer.WriteHeadersAsync(
                stream, false, (":status", status), ("content-type", "text/html"), ("location", "http://127.0.0.1:1/"));
            await peer.WriteDataAsync(stream, true, "<html>"u8.ToArray());
        });
        var bare = await FailAsync((peer, stream) => peer.WriteHeadersAsync(stream, true, (":status", status)));

        Assert.Equal(expected, page.Code);
        Assert.Equal(expected, bare.Code);
    }

    [Fact]
    public async Task Call_MessageWithoutAnyStatus_IsUnknown()
    {
        var error = await FailAsync((peer, stream) => AnswerAsync(peer, stream, Message, ("other", "1")));

        Assert.Equal((StatusCode.Unknown, "No grpc-status found on response."), (error.Code, error.Detail));
    }

    [Theory]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpcx")]
    [InlineData("application/json")]
    public async Task Call_WrongContentType_IsNoAnswer(string contentType)
    {
        var error = await FailAsync(async (peer, stream) =>
        {
            await peer.WriteHeadersAsync(stream, false, Ok, ("content-type", contentType));
            await peer.WriteDataAsync(stream, false, Message);
            await peer.WriteHeadersAsync(stream, true, ("grpc-status", "0"));
        });

        Assert.Equal(StatusCode.Unknown, error.Code);
        Assert.Contains(contentType, error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    [InlineData("zstd")]
    public async Task Call_AnswerCompressedByNothingKnown_IsInternal(string? encoding)
    {
        var error = await FailAsync(async (peer, stream) =>
        {
            await peer.WriteHeadersAsync(
                stream, false, [Ok, Grpc, .. encoding is null ? [] : new[] { ("grpc-encoding", encoding) }]);
            await peer.WriteDataAsync(stream, false, [1, .. Message[1..]]);
            await peer.WriteHeadersAsync(stream, true, ("grpc-status", "0"));
        });

        Assert.Equal(StatusCode.Internal, error.Code);
    }

    [Fact]
    public async Task Call_AnswerOfALyingLength_IsRefusedByThePrefixAlone()
    {
        var error = await FailAsync(async (peer, stream) =>
        {
            await peer.WriteHeadersAsync(stream, false, Ok, Grpc);
            await peer.WriteDataAsync(stream, false, [0, 0xFF, 0xFF, 0xFF, 0xFF]);
        });

        Assert.Equal(StatusCode.ResourceExhausted, error.Code);
    }

    [Fact]
    public async Task Call_ServerThatSpeaksHttp11_IsUnavailable()
    {
        await using var server = new ScriptedServer(
            peer => peer.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray()));
        using var channel = new RpcChannel(server.Address);

        var error = await channel.FailAsync();

        Assert.Equal(StatusCode.Unavailable, error.Code);
    }

    [Fact]
    public async Task Call_NobodyListens_IsUnavailableAndSaysWhere()
    {
        var server = new ScriptedServer(_ => Task.CompletedTask);
        await server.DisposeAsync();
        using var channel = new RpcChannel(server.Address);

        var error = await channel.FailAsync();

        Assert.Equal(StatusCode.Unavailable, error.Code);
        Assert.StartsWith(server.Address.GetLeftPart(UriPartial.Authority), error.Detail, StringComparison.Ordinal);
    }

    private static Task AnswerAsync(Http2Peer peer, int stream) =>
        AnswerAsync(peer, stream, Message, ("grpc-status", "0"));

    private static Task AnswerAsync(Http2Peer peer, int stream, byte[] body) =>
        AnswerAsync(peer, stream, body, ("grpc-status", "0"));

    private static async Task AnswerAsync(
        Http2Peer peer, int stream, byte[] body, params (string Name, string Value)[] trailers)
    {
        await peer.WriteHeadersAsync(stream, false, Ok, Grpc);
        await peer.WriteDataAsync(stream, false, body);
        await peer.WriteHeadersAsync(stream, true, trailers);
    }

    private static async Task<RpcException> FailAsync(Func<Http2Peer, int, Task> answer)
    {
        await using var server = ScriptedServer.AnswerWith(answer);
        using var channel = new RpcChannel(server.Address);
        return await channel.FailAsync();
    }
}
