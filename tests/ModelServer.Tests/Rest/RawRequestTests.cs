using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Moodstream.ModelServer.Tests.Rest;

/// <summary>HTTP/1.1 byte by byte.</summary>
public sealed class RawRequestTests(RestHost host) : IClassFixture<RestHost>
{
    [Fact]
    public async Task Connection_SeveralRequests_IsKeptAliveAlsoAfterARefusal()
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();

        var answers = new List<string>();
        foreach (var body in new[] { """{"signature_name":"texts","instances":["so good"]}""", "{", RestHost.Rows })
        {
            answers.Add(await ExchangeAsync(stream, $"POST {RestHost.Predict} HTTP/1.1\r\nHost: x\r\n"
                + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        }

        Assert.Equal(["200 OK", "400 Bad Request", "200 OK"], answers.Select(a => a[9..a.IndexOf('\r')]));
        Assert.All(answers, a => Assert.Contains("\r\nContent-Type: application/json\r\n", a, StringComparison.Ordinal));
        Assert.EndsWith("}", answers[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET /v1/models/bert HTTP/1.1", "200 OK")]
    [InlineData("GET http://anything.example/v1/models/bert HTTP/1.1", "200 OK")]
    [InlineData("GET http://anything.example/v1/models/%62ert?x#y HTTP/1.1", "200 OK")]
    [InlineData("GET /v1/models/../models/bert HTTP/1.1", "400 Bad Request")]
    [InlineData("GET /v1/models/%2e%2e/bert HTTP/1.1", "400 Bad Request")]
    [InlineData("GET /v1/models/bert%00 HTTP/1.1", "400 Bad Request")]
    [InlineData("BREW /v1/models/bert HTTP/1.1", "400 Bad Request")]
    public async Task Target_AnySpelling_IsReadAsItWasSent(string line, string status)
    {
        using var client = await ConnectAsync();

        var answer = await ExchangeAsync(client.GetStream(), $"{line}\r\nHost: anything.example\r\n\r\n");

        Assert.Equal(status, answer[9..answer.IndexOf('\r')]);
    }

    [Fact]
    public async Task Body_InChunksOfOneByte_IsPutTogether()
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        var request = new StringBuilder($"POST {RestHost.Predict} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        foreach (var character in RestHost.Rows)
        {
            request.Append($"1\r\n{character}\r\n");
        }

        var answer = await ExchangeAsync(stream, request.Append("0\r\n\r\n").ToString());

        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_ThatEndsEarly_IsNoErrorOfTheServer()
    {
        using (var client = await ConnectAsync())
        {
            await client.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST {RestHost.Predict} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{{"));
        }

        Assert.Equal(200, (await host.PredictAsync(RestHost.Rows)).Status);
        Assert.DoesNotContain(host.Server.Logs.Lines.Items, l => l.Level >= LogLevel.Error);
    }

    [Fact]
    public async Task Caller_ThatLeaves_IsNotComputedForAnyMore()
    {
        const int Texts = 8000; // a second's work
        using var busy = await RestHost.StartAsync((nameof(ModelServerOptions.Queue), "10000"));
        await busy.PredictAsync(RestHost.Rows);
        using var metrics = busy.Server.RecordMetrics();
        var text = $"\"{string.Join(' ', Enumerable.Repeat("a", 60))}\"";
        var body = $$"""{"signature_name": "texts", "instances": [{{string.Join(',', Enumerable.Repeat(text, Texts))}}]}""";

        using (var client = new TcpClient())
        {
            await client.ConnectAsync("127.0.0.1", busy.Server.RestAddress.Port).DefaultTimeout();
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {RestHost.Predict} HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            await metrics.WhenAtLeast(ModelServerMetrics.RequestSequences, Texts).DefaultTimeout();
        }

        await metrics.WhenAtLeast(ModelServerMetrics.AbandonedRequests, 1).DefaultTimeout();
        await metrics.WhenAtLeast($"{ModelServerMetrics.Requests}{{method=Predict,entrypoint=REST,status=CANCELLED}}", 1).DefaultTimeout();
        Assert.Equal(200, (await busy.PredictAsync(RestHost.Rows)).Status);
        var page = await busy.PageAsync();
        Assert.Equal(1, page["moodstream_modelserver_requests_total{method=Predict,entrypoint=REST,status=CANCELLED}"]);
        Assert.Equal(1, page["moodstream_modelserver_abandoned_total"]);
        Assert.InRange(page[":tensorflow:serving:batching_session:processed_batch_size_sum{model_name=bert}"] ?? 0, 4, Texts);
        await busy.DisposeAsync();
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", host.Server.RestAddress.Port).DefaultTimeout();
        return client;
    }

    /// <summary>Sends a request and reads the answer, which says how long it is.</summary>
    private static async Task<string> ExchangeAsync(NetworkStream stream, string request)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length)).AsTask().DefaultTimeout();
            length += read;
            var answer = Encoding.UTF8.GetString(buffer, 0, length);
            var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (read == 0 || (end >= 0 && Encoding.UTF8.GetByteCount(answer.AsSpan(end + 4)) >= LengthOf(answer)))
            {
                return answer;
            }
        }
    }

    private static int LengthOf(string answer)
    {
        const string Header = "Content-Length: ";
        var start = answer.IndexOf(Header, StringComparison.Ordinal) + Header.Length;
        return int.Parse(answer.AsSpan(start, answer.IndexOf('\r', start) - start), System.Globalization.CultureInfo.InvariantCulture);
    }
}
