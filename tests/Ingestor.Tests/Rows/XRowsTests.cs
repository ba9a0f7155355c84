using System.Text.Json;
using Moodstream.Ingestor.Rows;

namespace Moodstream.Ingestor.Tests.Rows;

public sealed class XRowsTests
{
    private const string Response = """
        {"data":[{"id":"10","author_id":"7","text":"a &amp; b","lang":"en","created_at":"2022-10-03T17:57:11.000Z","edit_history_tweet_ids":["10"]},{"id":"11","author_id":"8","text":"cut…","note_tweet":{"text":"the whole long post"}},{"text":"lost"}],"includes":{"users":[{"id":"7","username":"ann","name":"Ann"}]},"meta":{"result_count":3}}
        """;

    [Fact]
    public async Task ReadAsync_Response_GivesEachPost()
    {
        var rows = await RowsOf.Text(Response);

        Assert.Equal(["x:10", "x:11", null], rows.Select(r => r.Post?.Id));
        Assert.Equal(["a &amp; b", "the whole long post", null], rows.Texts());
        Assert.Equal(("ann", "en", "https://x.com/ann/status/10"), (rows[0].Post!.Author, rows[0].Post!.Lang, rows[0].Post!.Url));
        Assert.Equal((null, "https://x.com/i/web/status/11"), (rows[1].Post!.Author, rows[1].Post!.Url));
        Assert.Equal(new DateTimeOffset(2022, 10, 3, 17, 57, 11, TimeSpan.Zero), rows[0].Post!.CreatedAt);
        Assert.Equal("data[2].id: expected an id, came nothing", rows[2].Error);
        Assert.Equal([0, 1, 2], rows.Select(r => r.Index));
    }

    [Fact]
    public async Task ReadAsync_ResponsePrettyPrinted_GivesEachPost()
    {
        using var document = JsonDocument.Parse(Response);
        using var pretty = new MemoryStream();
        using (var writer = new Utf8JsonWriter(pretty, new JsonWriterOptions { Indented = true }))
        {
            document.WriteTo(writer);
        }

        var rows = await RowsOf.Bytes(pretty.ToArray(), RowsOf.Options("a.json"));

        Assert.Equal(["x:10", "x:11", null], rows.Select(r => r.Post?.Id));
    }

    [Fact]
    public async Task ReadAsync_StreamObject_HasTheTagsOfItsRulesAsTopics()
    {
        const string Line = """{"data":{"id":"1","text":"a"},"matching_rules":[{"id":"5","tag":"fed"},{"id":"6","tag":""},{"id":"7","tag":"fed"},{"id":"8","tag":"nvidia"}]}""";

        var rows = await RowsOf.Text($"\r\n{Line}\r\n\r\n{Line}\r\n");

        Assert.Equal(["x:1", "x:1"], rows.Select(r => r.Post?.Id));
        Assert.Equal(["fed", "nvidia"], rows[0].Post!.Topics);
        Assert.Equal([2, 4], rows.Select(r => r.Line));
    }

    [Theory]
    [InlineData("[\"20\",\"21\",\"22\"]", "20", "x:20")]
    [InlineData("[\"20\",\"21\",\"22\"]", "22", "x:22@2")]
    [InlineData("[\"20\"]", "20", "x:20")]
    public async Task ReadAsync_EditedPost_CarriesItsRevision(string history, string id, string expected)
    {
        var line = $"{{\"data\":{{\"id\":\"{id}\",\"text\":\"a\",\"edit_history_tweet_ids\":{history}}}}}";

        var rows = await RowsOf.Text(line);

        Assert.Equal(expected, rows[0].Post?.Id);
    }

    [Fact]
    public async Task ReadAsync_EmptyPage_HasNoRows()
    {
        var rows = await RowsOf.Text("{\"meta\":{\"result_count\":0}}\n" + Response, format: RowFormat.X);

        Assert.Equal(3, rows.Count);
    }

    [Fact]
    public async Task ReadAsync_BarePostAsX_IsRead()
    {
        var rows = await RowsOf.Text("{\"id\":\"3\",\"text\":\"a\",\"author\":{\"username\":\"bo\"}}", format: RowFormat.X);

        Assert.Equal(("x:3", "bo"), (rows[0].Post?.Id, rows[0].Post?.Author));
    }

    [Theory]
    [InlineData("{\"errors\":[{\"title\":\"operational-disconnect\",\"detail\":\"bye\"}]}", "the X API answered an error: operational-disconnect: bye")]
    [InlineData("{\"data\":5}", "field 'data': expected a post or an array of posts, came a number; the row has data")]
    [InlineData("{\"data\":[5]}", "data[0]: expected an object, came a number")]
    [InlineData("{\"data\":{\"id\":\"1\"}}", "data.text: expected a string, came nothing")]
    [InlineData("[]", "expected an object of the X API, came an array")]
    [InlineData("{\"data\":[", "not JSON: ")]
    public async Task ReadAsync_UnfitObject_SaysWhatWasExpectedAndWhatCame(string line, string error)
    {
        var rows = await RowsOf.Text($"{{\"data\":{{\"id\":\"1\",\"text\":\"a\"}}}}\n{line}\n", format: RowFormat.X);

        Assert.StartsWith(error, rows.Skip(1).Error(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_TextFieldGiven_IsNotTheXApi()
    {
        var rows = await RowsOf.Text(
            "{\"data\":{\"text\":\"a\"}}", RowsOf.Options() with { TextField = "data.text" });

        Assert.Equal(("a", "file:x:0"), (rows[0].Post?.Text, rows[0].Post?.Id));
    }

    [SharedDataFact("data/x-json-v2")]
    public async Task ReadAsync_PublicResponses_AreReadWhole()
    {
        Dictionary<string, int> posts = [];
        foreach (var path in Directory.EnumerateFiles(Repository.Shared("data", "x-json-v2"), "*.jsonl"))
        {
            var rows = await RowsOf.Stream(File.OpenRead(path), PostReaderOptions.ForFile(path));
            posts[Path.GetFileName(path)] = rows.Count(r => r.Post is { Author: not null });
        }

        Assert.Equal(474, posts["entities_test.jsonl"]);
        Assert.Equal(100, posts["noflat.jsonl"]);
        Assert.All(
            ["cashtags.jsonl", "edited.jsonl", "many_urls.jsonl", "mentions_tweet.jsonl", "quoted_edit.jsonl", "two_tweets.jsonl"],
            name => Assert.True(posts[name] > 0, name));
        Assert.Equal(0, posts["tweets_compliance.jsonl"]);
    }

    [SharedDataFact("data/x-json-v2")]
    public async Task ReadAsync_PublicEditedPost_CarriesItsRevision()
    {
        var rows = await RowsOf.Stream(File.OpenRead(Repository.Shared("data", "x-json-v2", "edited.jsonl")), RowsOf.Options());

        Assert.Equal(("x:1576994789110992896@1", "wongmjane"), (rows[0].Post?.Id, rows[0].Post?.Author));
    }
}
