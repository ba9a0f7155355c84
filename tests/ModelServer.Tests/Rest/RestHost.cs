using System.Text;
using System.Text.Json;
using Moodstream.ModelServer.Tests.Monitoring;
using Moodstream.ModelServer.Tests.Support;

namespace Moodstream.ModelServer.Tests.Rest;

/// <summary>A server of the tiny model, asked by REST.</summary>
public sealed class RestHost : IAsyncLifetime, IDisposable
{
    /// <summary>Two sequences of the tiny model, as a row and as columns.</summary>
    public const string Rows =
        """
        {"instances": [
          {"input_ids": [2, 21, 53, 94, 3], "input_mask": [1, 1, 1, 1, 1], "segment_ids": [0, 0, 0, 0, 0]},
          {"input_ids": [2, 17, 3, 0, 0], "input_mask": [1, 1, 1, 0, 0], "segment_ids": [0, 0, 0, 0, 0]}]}
        """;

    public const string Predict = "/v1/models/bert:predict";

    private readonly ModelBase _folder;
    private readonly Dictionary<string, string?> _options;

    public RestHost()
        : this([1])
    {
    }

    internal RestHost(long[] versions, params (string Option, string Value)[] options)
    {
        _folder = new ModelBase(versions);
        _options = options.ToDictionary(o => o.Option, o => (string?)o.Value);
    }

    internal ModelServerHost Server { get; private set; } = null!; // set before any test runs

    internal HttpClient Http { get; private set; } = null!; // set before any test runs

    internal static async Task<RestHost> StartAsync(params (string Option, string Value)[] options)
    {
        var host = new RestHost([1], options);
        await host.InitializeAsync();
        return host;
    }

    public async Task InitializeAsync()
    {
        Server = await ModelServerHost.StartAsync(_folder.Path, _options);
        Http = new HttpClient { BaseAddress = Server.RestAddress };
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    internal Task<RestReply> PredictAsync(string json) => PostAsync(Predict, Encoding.UTF8.GetBytes(json));

    internal Task<RestReply> PostAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        // As curl sends it when it is told nothing else.
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/x-www-form-urlencoded");
        foreach (var (name, value) in headers)
        {
            content.Headers.TryAddWithoutValidation(name, value);
        }

        return SendAsync(HttpMethod.Post, path, content);
    }

    internal Task<RestReply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>The metrics as they are now.</summary>
    internal async Task<PrometheusText> PageAsync() =>
        PrometheusText.Parse(await Http.GetStringAsync("/monitoring/prometheus/metrics").DefaultTimeout());

    internal async Task<RestReply> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await Http.SendAsync(request).DefaultTimeout();
        var body = await response.Content.ReadAsByteArrayAsync().DefaultTimeout();
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        return new RestReply((int)response.StatusCode, JsonDocument.Parse(body).RootElement);
    }
}
