using System.Net;
using System.Net.Sockets;

namespace Moodstream.Tests.Sidecar;

/// <summary>What the app answered.</summary>
internal sealed class AppAnswer(HttpResponseMessage response, byte[] body)
{
    public int Status => (int)response.StatusCode;

    public bool Good => Status is >= 200 and < 300;

    public IEnumerable<(string Name, string Value)> Headers =>
        response.Headers.Concat<KeyValuePair<string, IEnumerable<string>>>(response.Content.Headers).SelectMany(h => h.Value.Select(v => (h.Key, v)));

    public byte[] Body => body;
}

/// <summary>Calls into the app, with the headers of daprd's own client (Dapr's contract, 2.3; any recording).</summary>
internal sealed class AppChannel : IDisposable
{
    private readonly HttpMessageInvoker _client;
    private readonly SidecarOptions _options;
    private readonly Uri _app;
    private readonly CancellationTokenSource _closed = new();

    public AppChannel(SidecarOptions options)
    {
        _options = options;
        _app = new($"http://127.0.0.1:{options.AppPort}");
        _client = new(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.GZip,
        });
    }

    public async Task<AppAnswer> CallAsync(string method, string path, IEnumerable<(string Name, string Value)> headers, ReadOnlyMemory<byte>? body,
        string? contentType, TimeSpan? timeout = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), new Uri(_app, path));
        request.Headers.TryAddWithoutValidation("User-Agent", "Go-http-client/1.1");
        if (body is not null || contentType is not null)
        {
            request.Content = new ReadOnlyMemoryContent(body ?? default);
            if (contentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }
        }

        if (_options.AppToken.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Dapr-Api-Token", _options.AppToken);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var limit = timeout is null ? null : CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
        limit?.CancelAfter(timeout!.Value);
        var ends = limit?.Token ?? _closed.Token;
        using var response = await _client.SendAsync(request, ends);
        return new(response, await response.Content.ReadAsByteArrayAsync(ends));
    }

    /// <summary>Whether the app's port accepts connections.</summary>
    public async Task<bool> ListensAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _options.AppPort, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Go's spelling of a header name: each word capitalised, the rest small.</summary>
    public static string Canonical(string name) => string.Join('-', name.Split('-')
        .Select(word => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..].ToLowerInvariant()));

    public void Dispose()
    {
        _closed.Cancel();
        _client.Dispose();
    }
}
