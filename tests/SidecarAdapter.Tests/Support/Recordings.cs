using System.Text;
using System.Text.Json;

namespace Moodstream.SidecarAdapter.Tests.Support;

/// <summary>What went between a real daprd 1.18.3 and its app (tests/data/dapr-traces; its README has the form).</summary>
internal static class Recordings
{
    /// <summary>The exchanges of a recording, those aside whose bodies were cut.</summary>
    /// <param name="scenario">Its file's name without the ending.</param>
    /// <param name="direction">Such as <c>daprd->app</c>.</param>
    public static IReadOnlyList<RecordedExchange> Read(string scenario, string direction)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("dapr-traces", scenario + ".json")));
        return
        [
            .. json.RootElement.GetProperty("raw").EnumerateArray()
                .Where(e => e.GetProperty("kind").GetString() == "http" && e.GetProperty("dir").GetString() == direction)
                .Select(e => RecordedExchange.TryRead(e)).OfType<RecordedExchange>(),
        ];
    }
}

/// <summary>One request and its answer.</summary>
internal sealed record RecordedExchange(
    string Method, string Path, string MediaType, byte[] Body, int Status, string AnswerMediaType, byte[] Answer)
{
    public static RecordedExchange? TryRead(JsonElement exchange)
    {
        var request = exchange.GetProperty("request");
        if (Bytes(request) is not { } body
            || !exchange.TryGetProperty("response", out var response)
            || response.ValueKind is not JsonValueKind.Object
            || Bytes(response) is not { } answer)
        {
            return null;
        }

        return new RecordedExchange(
            request.GetProperty("method").GetString()!,
            request.GetProperty("path").GetString()!,
            Header(request, "Content-Type"),
            body,
            response.GetProperty("status").GetInt32(),
            Header(response, "Content-Type"),
            answer);
    }

    private static byte[]? Bytes(JsonElement message)
    {
        var body = message.GetProperty("body");
        if (body.ValueKind is JsonValueKind.Object)
        {
            return body.GetProperty("base64").GetBytesFromBase64();
        }

        var text = body.GetString()!;
        return text.Contains("...[cut, ", StringComparison.Ordinal) ? null : Encoding.UTF8.GetBytes(text);
    }

    private static string Header(JsonElement message, string name) => message.GetProperty("headers").EnumerateArray()
        .Where(h => string.Equals(h[0].GetString(), name, StringComparison.OrdinalIgnoreCase))
        .Select(h => h[1].GetString()!).FirstOrDefault("");
}
