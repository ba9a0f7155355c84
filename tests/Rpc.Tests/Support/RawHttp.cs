using System.Net;
using System.Net.Http.Headers;

namespace Moodstream.Rpc.Tests.Support;

/// <summary>Sends requests that our client would not, and reads answers as they came.</summary>
internal static class RawHttp
{
    public static readonly byte[] EchoFrame = [0, 0, 0, 0, 5, 10, 3, 7, 7, 7];

    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler { UseProxy = false });

    public static async Task<Answer> SendAsync(
        Uri address,
        byte[] body,
        string path = "/moodstream.test.Echo/Bytes",
        string? contentType = "application/grpc",
        string method = "POST",
        string version = "2.0",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, path))
        {
            Version = Version.Parse(version),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = method == "POST" ? new ByteArrayContent(body) : null,
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (contentType is not null && request.Content is not null)
        {
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        using var response = await Http.SendAsync(request, CancellationToken.None).DefaultTimeout();
        var bytes = await response.Content.ReadAsByteArrayAsync(CancellationToken.None).DefaultTimeout();
        return new Answer(
            response.StatusCode,
            response.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => string.Join(", ", h.Value)),
            response.TrailingHeaders.ToDictionary(h => h.Key.ToLowerInvariant(), h => string.Join(", ", h.Value)),
            bytes);
    }

    public sealed record Answer(
        HttpStatusCode Http, Dictionary<string, string> Headers, Dictionary<string, string> Trailers, byte[] Body)
    {
        /// <summary>The status of an answer that is nothing but headers, else that of the trailers.</summary>
        public string? Status => Value("grpc-status");

        public string? Message => Value("grpc-message");

        public bool IsTrailersOnly => Headers.ContainsKey("grpc-status") && Trailers.Count == 0 && Body.Length == 0;

        private string? Value(string name) => Headers.GetValueOrDefault(name) ?? Trailers.GetValueOrDefault(name);
    }
}
