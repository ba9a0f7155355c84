using System.Text.Json;

namespace Moodstream.Bench.Pipeline;

/// <summary>
/// Finds the scored posts in an event of the page: elements of a list <c>posts</c>, or what stands under <c>post</c>,
/// wherever they are, the mood beside them or in a <c>sentiment</c> beside them.
/// </summary>
internal static class EventPosts
{
    /// <summary>Id and mood of each post of an event.</summary>
    public static List<(string Id, JsonElement Mood)> Find(JsonElement data)
    {
        var found = new List<(string, JsonElement)>();
        Visit(data, "", found);
        return found;
    }

    private static void Visit(JsonElement element, string name, List<(string, JsonElement)> found)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Visit(item, name, found);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            var post = element.TryGetProperty("post", out var inner) ? inner : name == "posts" ? element : default;
            if (Id(post) is { } id)
            {
                found.Add((id, element.TryGetProperty("sentiment", out var mood) ? mood : element));
            }

            foreach (var property in element.EnumerateObject())
            {
                Visit(property.Value, property.Name, found);
            }
        }
    }

    private static string? Id(JsonElement post) =>
        post.ValueKind == JsonValueKind.Object
        && post.TryGetProperty("id", out var id)
        && id.ValueKind == JsonValueKind.String
            ? id.GetString()
            : null;
}
