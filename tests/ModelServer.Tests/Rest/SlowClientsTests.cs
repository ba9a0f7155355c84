using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Moodstream.ModelServer.Tests.Support;

namespace Moodstream.ModelServer.Tests.Rest;

/// <summary>REST clients that hold a connection and send too little on it are cut off.</summary>
public sealed class SlowClientsTests
{
    private const string Head = $"POST {RestHost.Predict} HTTP/1.1\r\nHost: x\r\n";
    private const string Cut = "";
    private const string TimedOut = "HTTP/1.1 408 Request Timeout";

    private static readonly (string Name, string Answer, string AtOnce, string Dripped)[] Clients =
    [
        ("says nothing", Cut, "", ""),
        ("stops in the request line", TimedOut, "POST /v1/mod", ""),
        ("stops in its headers", TimedOut, Head, ""),
        ("drips its headers", TimedOut, Head, "X-Long: " + new string('x', 100)),
        ("sends no body", TimedOut, Head + "Content-Length: 500\r\n\r\n", ""),
        ("stops in its body", TimedOut, Head + "Content-Length: 500\r\n\r\n{", ""),
        ("drips its body", TimedOut, Head + "Content-Length: 500\r\n\r\n", RestHost.Rows),
        ("drips its chunks", TimedOut, Head + "Transfer-Encoding: chunked\r\n\r\n", "8\r\n{       \r\n" + new string('0', 100)),
    ];

    [Fact]
    public async Task Client_ThatIsTooSlow_IsCutOffAndTheOthersAreServed()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path, services: services => services
            .Configure<KestrelServerOptions>(kestrel =>
            {
                // Kestrel looks once a second, and takes no shorter grace.
                kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(0.5);
                kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(0.5);
                kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(1.1));
            }));
        using var good = new HttpClient { BaseAddress = server.RestAddress };

        var answers = Task.WhenAll(Clients.Select(
            c => AnswerAsync(server.RestAddress, Encoding.ASCII.GetBytes(c.AtOnce), Encoding.ASCII.GetBytes(c.Dripped))));
        do
        {
            using var answer = await good.PostAsync(RestHost.Predict, new StringContent(RestHost.Rows)).DefaultTimeout();
            Assert.True(answer.IsSuccessStatusCode);
        }
        while (!answers.IsCompleted);

        Assert.Equal(
            Clients.Select(c => $"{c.Name}: {c.Answer}"),
            Clients.Zip(await answers, (client, answer) => $"{client.Name}: {answer}"));
    }

    [Fact]
    public async Task Limits_UnlessSaid_AreAShortWhile()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path);

        Assert.Equal(TimeSpan.FromSeconds(10), server.Limits.RequestHeadersTimeout);
        Assert.Equal(TimeSpan.FromSeconds(130), server.Limits.KeepAliveTimeout);
        Assert.Equal((240, TimeSpan.FromSeconds(5)), (server.Limits.MinRequestBodyDataRate?.BytesPerSecond, server.Limits.MinRequestBodyDataRate?.GracePeriod));
        Assert.Equal((240, TimeSpan.FromSeconds(5)), (server.Limits.MinResponseDataRate?.BytesPerSecond, server.Limits.MinResponseDataRate?.GracePeriod));
    }

    /// <summary>The first line of what a client gets until it is cut off.</summary>
    private static async Task<string> AnswerAsync(Uri address, byte[] atOnce, byte[] dripped)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address.Host, address.Port).DefaultTimeout();
        var stream = client.GetStream();
        await stream.WriteAsync(atOnce);
        var dripping = DripAsync(stream, dripped);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer).DefaultTimeout();
        }
        catch (IOException)
        {
            // It was cut while it sent.
        }

        client.Close();
        await Record.ExceptionAsync(() => dripping).DefaultTimeout();
        return Encoding.ASCII.GetString(answer.ToArray()).Split("\r\n")[0];
    }

    private static async Task DripAsync(NetworkStream stream, byte[] bytes)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        foreach (var piece in bytes.Chunk(1))
        {
            await pace.WaitForNextTickAsync();
            await stream.WriteAsync(piece);
        }
    }
}
