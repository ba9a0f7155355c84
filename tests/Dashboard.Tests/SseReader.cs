using System.Text;
using System.Text.Json;

namespace Moodstream.Dashboard.Tests;

/// <summary>Reads server-sent events as a browser does, and keeps the last id.</summary>
internal sealed class SseReader(HttpClient client, Stream stream) : IDisposable
{
    private readonly StreamReader _lines = new(stream, Encoding.UTF8);

    public string LastEventId { get; private set; } = "";

    /// <summary>Ids of the posts in a snapshot or a posts event.</summary>
    public static List<string> PostIds(JsonElement data) =>
        [.. data.GetProperty("posts").EnumerateArray().Select(post => post.GetProperty("id").GetString()!)];

    /// <summary>Reads the next event; comments come as events named <c>:</c>, the retry hint as <c>retry</c>.</summary>
    /// <returns>Null when the stream has ended.</returns>
    public async Task<SseEvent?> NextAsync()
    {
        var (name, data) = ("", "");
        while (await _lines.ReadLineAsync().DefaultTimeout() is { } line)
        {
            if (line.Length == 0)
            {
                return new SseEvent(name, data);
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var value = line[(colon + 1)..].TrimStart(' ');
            switch (line[..colon])
            {
                case "id":
                    LastEventId = value;
                    break;
                case "event":
                    name = value;
                    break;
                case "data":
                    data = value;
                    break;
                default:
                    (name, data) = (colon == 0 ? ":" : line[..colon], value);
                    break;
            }
        }

        return null;
    }

    /// <summary>Reads on to the next event of a name.</summary>
    public async Task<JsonElement> NextAsync(string name)
    {
        while (await NextAsync() is { } next)
        {
            if (next.Name == name)
            {
                return next.Data.Length == 0 ? default : JsonDocument.Parse(next.Data).RootElement;
            }
        }

        throw new InvalidOperationException($"the stream ended before an event named {name}");
    }

    public void Dispose()
    {
        _lines.Dispose();
        client.Dispose();
    }
}

/// <summary>One event.</summary>
internal sealed record SseEvent(string Name, string Data);
