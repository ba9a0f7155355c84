using System.Text.Json;
using Moodstream.Contracts;

namespace Moodstream.Ingestor.Rows;

/// <summary>Rows that are JSON objects, our own <see cref="Post"/> or anybody's: text and id are at given members.</summary>
internal sealed class JsonRowParser(PostReaderOptions options, PostFactory factory) : IRowParser
{
    private readonly string _textField = options.TextField ?? "text";
    private readonly string _idField = options.IdField ?? "id";

    public void Parse(RawRow row, ReadOnlyMemory<byte> text, List<ParsedPost> posts)
    {
        if (text.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
        {
            return;
        }

        using var document = JsonDocuments.Parse(text, out var error);
        posts.Add(document is null ? ParsedPost.Refused(error!) : Read(row, document.RootElement));
    }

    private ParsedPost Read(RawRow row, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return ParsedPost.Refused($"expected an object, came {JsonText.Kind(root)}");
        }

        var text = Find(root, _textField);
        if (text.ValueKind != JsonValueKind.String)
        {
            return ParsedPost.Refused(
                $"field '{_textField}': expected a string, came {JsonText.Kind(text)}; the row has {JsonText.Names(root)}");
        }

        if (ReadId(Find(root, _idField), out var id) is { } error)
        {
            return ParsedPost.Refused($"field '{_idField}': {error}");
        }

        var createdAt = String("createdAt") ?? String("created_at");
        var parsed = factory.Create(row, id, JsonText.Read(text), createdAt);
        return parsed.Post is not { } post ? parsed : post with
        {
            Author = String("author"),
            Lang = String("lang"),
            Url = String("url"),
            Topics = Strings(JsonText.Member(root, "topics")),
        };

        string? String(string name) => JsonText.ReadOrNull(JsonText.Member(root, name));
    }

    /// <summary>Reads an id.</summary>
    /// <returns>What is wrong with it; null when it is one, or when there is none.</returns>
    internal static string? ReadId(JsonElement element, out string? id)
    {
        id = element.ValueKind switch
        {
            JsonValueKind.String => JsonText.Read(element),
            JsonValueKind.Number => element.GetRawText(),
            _ => null,
        };
        return element.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.String => null,
            JsonValueKind.Number when id!.AsSpan().IndexOfAny('.', 'e', 'E') < 0 => null,
            JsonValueKind.Number => $"expected a string or a whole number, came {id}",
            _ => $"expected a string or a whole number, came {JsonText.Kind(element)}",
        };
    }

    // A member that is called "a.b" comes before a member b of a member a.
    private static JsonElement Find(JsonElement root, string path)
    {
        var found = JsonText.Member(root, path);
        if (found.ValueKind != JsonValueKind.Undefined || !path.Contains('.', StringComparison.Ordinal))
        {
            return found;
        }

        return path.Split('.').Aggregate(root, JsonText.Member);
    }

    private static List<string>? Strings(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        List<string> strings = [.. element.EnumerateArray().Select(JsonText.ReadOrNull).OfType<string>()];
        return strings.Count > 0 ? strings : null;
    }
}
