using System.Text.Json;

namespace Moodstream.Ingestor.Rows;

/// <summary>
/// Rows that are objects of the X API v2: responses (<c>data</c> is an array), stream objects (<c>data</c> is a post,
/// with <c>matching_rules</c>), or bare posts. Authors are looked up in <c>includes.users</c>; HTML entities stay, the
/// model's normaliser decodes them.
/// </summary>
internal sealed class XRowParser(PostFactory factory) : IRowParser
{
    public void Parse(RawRow row, ReadOnlyMemory<byte> text, List<ParsedPost> posts)
    {
        // Blank lines are the stream's heartbeat.
        if (text.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
        {
            return;
        }

        using var document = JsonDocuments.Parse(text, out var error);
        if (document is null)
        {
            posts.Add(ParsedPost.Refused(error!));
            return;
        }

        var root = document.RootElement;
        var data = JsonText.Member(root, "data");
        switch (data.ValueKind)
        {
            case JsonValueKind.Array:
                var context = new Response(row, Users(root), Tags(root));
                posts.AddRange(data.EnumerateArray().Select((post, i) => Read(context, post, $"data[{i}]")));
                break;
            case JsonValueKind.Object:
                posts.Add(Read(new Response(row, Users(root), Tags(root)), data, "data"));
                break;
            case JsonValueKind.Undefined when IsPost(root):
                posts.Add(Read(new Response(row, [], null), root, "post"));
                break;
            case JsonValueKind.Undefined when IsEmptyPage(root):
                break;
            default:
                posts.Add(ParsedPost.Refused(Refusal(root, data)));
                break;
        }
    }

    private static bool IsPost(JsonElement root) =>
        JsonText.Member(root, "id").ValueKind != JsonValueKind.Undefined
        && JsonText.Member(root, "text").ValueKind != JsonValueKind.Undefined;

    // A page without results has no data, only their number.
    private static bool IsEmptyPage(JsonElement root) =>
        JsonText.Member(JsonText.Member(root, "meta"), "result_count") is { ValueKind: JsonValueKind.Number } count
        && count.TryGetInt64(out var number) && number == 0;

    private static string Refusal(JsonElement root, JsonElement data)
    {
        if (JsonText.Member(root, "errors") is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0)
        {
            var title = JsonText.ReadOrNull(JsonText.Member(errors[0], "title")) ?? "without a title";
            var detail = JsonText.ReadOrNull(JsonText.Member(errors[0], "detail")) ?? "no detail";
            return $"the X API answered an error: {title}: {detail}";
        }

        return root.ValueKind == JsonValueKind.Object
            ? $"field 'data': expected a post or an array of posts, came {JsonText.Kind(data)}; the row has {JsonText.Names(root)}"
            : $"expected an object of the X API, came {JsonText.Kind(root)}";
    }

    private ParsedPost Read(Response response, JsonElement post, string where)
    {
        if (post.ValueKind != JsonValueKind.Object)
        {
            return ParsedPost.Refused($"{where}: expected an object, came {JsonText.Kind(post)}");
        }

        if (JsonRowParser.ReadId(JsonText.Member(post, "id"), out var id) is { } error)
        {
            return ParsedPost.Refused($"{where}.id: {error}");
        }

        if (string.IsNullOrEmpty(id))
        {
            return ParsedPost.Refused($"{where}.id: expected an id, came nothing");
        }

        // The whole of a long post is in its note; text is then its beginning.
        var text = JsonText.Member(JsonText.Member(post, "note_tweet"), "text");
        text = text.ValueKind == JsonValueKind.String ? text : JsonText.Member(post, "text");
        if (text.ValueKind != JsonValueKind.String)
        {
            return ParsedPost.Refused($"{where}.text: expected a string, came {JsonText.Kind(text)}");
        }

        var author = response.Users.GetValueOrDefault(String("author_id") ?? string.Empty)
            ?? JsonText.ReadOrNull(JsonText.Member(JsonText.Member(post, "author"), "username"));
        var parsed = factory.Create(response.Row, $"x:{id}{Revision(post, id)}", JsonText.Read(text), String("created_at"));
        return parsed.Post is not { } read ? parsed : read with
        {
            Author = author,
            Lang = String("lang"),
            Url = $"https://x.com/{author ?? "i/web"}/status/{id}",
            Topics = response.Tags,
        };

        string? String(string name) => JsonText.ReadOrNull(JsonText.Member(post, name));
    }

    // X gives each edit an id of its own and lists them all, the first version first.
    private static string Revision(JsonElement post, string id)
    {
        var history = JsonText.Member(post, "edit_history_tweet_ids");
        var revision = history.ValueKind == JsonValueKind.Array
            ? history.EnumerateArray().Select(JsonText.ReadOrNull).ToList().IndexOf(id)
            : 0;
        return revision > 0 ? $"@{revision}" : string.Empty;
    }

    private static Dictionary<string, string> Users(JsonElement root)
    {
        Dictionary<string, string> users = [];
        if (JsonText.Member(JsonText.Member(root, "includes"), "users") is { ValueKind: JsonValueKind.Array } list)
        {
            foreach (var user in list.EnumerateArray())
            {
                if (JsonText.ReadOrNull(JsonText.Member(user, "id")) is { } id
                    && JsonText.ReadOrNull(JsonText.Member(user, "username")) is { } name)
                {
                    users[id] = name;
                }
            }
        }

        return users;
    }

    // The rules that matched are the tracked topics, by the tag their owner gave them.
    private static List<string>? Tags(JsonElement root)
    {
        var rules = JsonText.Member(root, "matching_rules");
        if (rules.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        List<string> tags =
        [
            .. rules.EnumerateArray().Select(r => JsonText.ReadOrNull(JsonText.Member(r, "tag")))
                .Where(t => !string.IsNullOrEmpty(t)).OfType<string>().Distinct(),
        ];
        return tags.Count > 0 ? tags : null;
    }

    private readonly record struct Response(RawRow Row, Dictionary<string, string> Users, List<string>? Tags);
}
