using System.Text.Json;

namespace Moodstream.Cli.Entries;

/// <summary>Looks into JSON that may be anything.</summary>
internal static class Json
{
    /// <summary>An object; null for anything else, JSON or not.</summary>
    public static JsonElement? TryObject(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var element = JsonElement.Parse(bytes.Span);
            return element.ValueKind == JsonValueKind.Object ? element : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member that is text; null for none and for any other.</summary>
    public static string? Text(JsonElement element, string name)
    {
        try
        {
            return element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String
                ? member.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair in an escape, or bytes that are no UTF-8
        }
    }

    /// <summary>The text of the post that an event carries, in whichever of the messages.</summary>
    public static string? PostText(JsonElement envelope)
    {
        if (!envelope.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return Text(data, "text")
            ?? (data.TryGetProperty("post", out var post) && post.ValueKind == JsonValueKind.Object ? Text(post, "text") : null);
    }
}
