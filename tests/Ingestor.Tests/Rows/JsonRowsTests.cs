using System.Text.Json;
using Moodstream.Contracts;
using Moodstream.Ingestor.Rows;

namespace Moodstream.Ingestor.Tests.Rows;

public sealed class JsonRowsTests
{
    [Fact]
    public async Task ReadAsync_OwnPost_KeepsAllButHowItEntered()
    {
        var post = new Post
        {
            Id = "bluesky:did:plc:a/3k",
            Source = "bluesky",
            Text = "good \"morning\" 🌞\n&amp; more",
            CreatedAt = new DateTimeOffset(2025, 3, 4, 5, 6, 7, TimeSpan.Zero),
            ReceivedAt = new DateTimeOffset(2025, 3, 4, 5, 6, 8, TimeSpan.Zero),
            Author = "ann",
            Lang = "en",
            Url = "https://example.org/1",
            Topics = ["sun", "day"],
        };

        var rows = await RowsOf.Text(JsonSerializer.Serialize(post, ContractsJson.Wire.Post) + "\n", "a.jsonl");

        var read = Assert.Single(rows).Post!;
        Assert.Equal(post.Topics, read.Topics);
        Assert.Equal(post with { Source = "file", ReceivedAt = RowsOf.Now, Topics = read.Topics }, read);
    }

    [Fact]
    public async Task ReadAsync_NoId_MakesOneFromTheOffset()
    {
        var rows = await RowsOf.Text("{\"text\":\"a\"}\n{\"text\":\"b\",\"id\":null}\n");

        Assert.Equal(["file:x:0", "file:x:13"], rows.Select(r => r.Post!.Id));
        Assert.Equal(RowsOf.Now, rows[0].Post!.CreatedAt);
    }

    [Fact]
    public async Task ReadAsync_NoIdOnStdin_MakesOneFromTheLine()
    {
        var rows = await RowsOf.Text("{\"text\":\"a\"}\n\n{\"text\":\"b\"}\n", PostReaderOptions.ForStdin("7"));

        Assert.Equal(["stdin:7:1", "stdin:7:3"], rows.Select(r => r.Post!.Id));
        Assert.All(rows, r => Assert.Equal("stdin", r.Post!.Source));
    }

    [Fact]
    public async Task ReadAsync_ValuesOnOneLineOfStdin_HaveDifferentIds()
    {
        var rows = await RowsOf.Text("[{\"text\":\"a\"},{\"text\":\"b\"}]", PostReaderOptions.ForStdin("7"));

        Assert.Equal(2, rows.Select(r => r.Post!.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("{\"body\":{\"en\":\"hi\"},\"meta\":{\"key\":12}}", "body.en", "meta.key", "12")]
    [InlineData("{\"body.en\":\"hi\",\"body\":{\"en\":\"no\"},\"key\":\"k\"}", "body.en", "key", "k")]
    public async Task ReadAsync_FieldPaths_AreFollowed(string line, string textField, string idField, string id)
    {
        var rows = await RowsOf.Text(line, RowsOf.Options() with { TextField = textField, IdField = idField });

        Assert.Equal(("hi", id), (rows[0].Post?.Text, rows[0].Post?.Id));
    }

    [Theory]
    [InlineData("{\"id\":\"1\",\"body\":\"x\"}", "field 'text': expected a string, came nothing; the row has id, body")]
    [InlineData("{\"text\":5}", "field 'text': expected a string, came a number")]
    [InlineData("{\"text\":null}", "field 'text': expected a string, came null")]
    [InlineData("{\"text\":\"a\",\"id\":{}}", "field 'id': expected a string or a whole number, came an object")]
    [InlineData("{\"text\":\"a\",\"id\":1.5}", "field 'id': expected a string or a whole number, came 1.5")]
    [InlineData("{\"text\":\"a\"", "not JSON: ")]
    [InlineData("{\"text\":\"a\0b\"}", "not JSON: ")]
    [InlineData("[1]", "expected an object, came an array")]
    [InlineData("7", "expected an object, came a number")]
    public async Task ReadAsync_UnfitRow_SaysWhatWasExpectedAndWhatCame(string line, string error)
    {
        var rows = await RowsOf.Text(line, "a.jsonl");

        Assert.StartsWith(error, rows.Error(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_WantedIdMissing_IsAnErrorOfTheRow()
    {
        var rows = await RowsOf.Text("{\"text\":\"a\"}", RowsOf.Options("a.jsonl") with { IdField = "key" });

        Assert.Equal("field 'key': expected an id, came nothing", rows.Error());
    }

    [Fact]
    public async Task ReadAsync_LongId_IsAnErrorOfTheRow()
    {
        var rows = await RowsOf.Text($"{{\"text\":\"a\",\"id\":\"{new string('i', 513)}\"}}", "a.jsonl");

        Assert.Equal("id of 513 characters; expected at most 512", rows.Error());
    }

    [Fact]
    public async Task ReadAsync_BadRow_DoesNotStopTheRest()
    {
        var rows = await RowsOf.Text("{\"text\":\"a\"}\n{\"text\n{\"text\":\"c\"}", "a.jsonl");

        Assert.Equal(["a", null, "c"], rows.Texts());
        Assert.Equal((2, 13, 20), (rows[1].Line, rows[1].Offset, rows[1].NextOffset));
    }

    [Theory]
    [InlineData("\\ud83d", "\uFFFD")]
    [InlineData("\\ude00 x", "\uFFFD x")]
    [InlineData("\\ud83d\\ude00", "😀")]
    [InlineData("\\ude00\\ud83d", "\uFFFD\uFFFD")]
    [InlineData("\\ud83d\\ud83d\\ude00!", "\uFFFD😀!")]
    [InlineData("é\\n\\t\\u00e9\\\\\\/\\\"\\b\\f\\r\\u0000", "é\n\té\\/\"\b\f\r\0")]
    public async Task ReadAsync_Escapes_AreReadAndLoneSurrogatesReplaced(string escaped, string text)
    {
        var rows = await RowsOf.Text($"{{\"text\":\"{escaped}\",\"id\":\"{escaped}\"}}", "a.jsonl");

        Assert.Equal((text, text), (rows[0].Post?.Text, rows[0].Post?.Id));
    }

    [Fact]
    public async Task ReadAsync_LoneSurrogateInAMemberName_IsNoObstacle()
    {
        var rows = await RowsOf.Text("{\"\\ud83d-much-longer-than-text\":1,\"te\\u0078t\":\"a\"}", "a.jsonl");

        Assert.Equal(["a"], rows.Texts());
    }

    [Theory]
    [InlineData("")]
    [InlineData("😀🎉")]
    public async Task ReadAsync_EmptyOrEmojiText_IsAPost(string text)
    {
        var rows = await RowsOf.Text($"{{\"text\":\"{text}\"}}");

        Assert.Equal([text], rows.Texts());
    }

    [Theory]
    [InlineData("2025-03-04T05:06:07Z")]
    [InlineData("2025-03-04T05:06:07.000+00:00")]
    [InlineData("2025-03-04T07:06:07+02:00")]
    [InlineData("2025-03-04 05:06:07")]
    public async Task ReadAsync_CreatedAt_IsReadAsUtc(string time)
    {
        var rows = await RowsOf.Text($"{{\"text\":\"a\",\"created_at\":\"{time}\"}}");

        Assert.Equal(new DateTimeOffset(2025, 3, 4, 5, 6, 7, TimeSpan.Zero), rows[0].Post!.CreatedAt);
        Assert.Equal(TimeSpan.Zero, rows[0].Post!.CreatedAt.Offset);
    }

    [Fact]
    public async Task ReadAsync_Array_GivesItsElements()
    {
        var rows = await RowsOf.Text("[\n  {\"text\": \"a, [1]\"},\n  {\n \"text\": \"b\\\"}\"\n  }, 5\n]\n", "a.json");

        Assert.Equal(["a, [1]", "b\"}", null], rows.Texts());
        Assert.Equal("expected an object, came a number", rows[2].Error);
        Assert.Equal([2, 3, 5], rows.Select(r => r.Line));
    }

    [Fact]
    public async Task ReadAsync_ArrayCutShort_IsSaid()
    {
        var rows = await RowsOf.Text("[{\"text\":\"a\"},");

        Assert.Equal(["a", null], rows.Texts());
        Assert.Equal("the array is not closed: the input may have been cut", rows[1].Error);
    }

    [Fact]
    public async Task ReadAsync_PrettyPrintedObjects_AreRead()
    {
        var rows = await RowsOf.Text("{\n  \"text\": \"a\",\n  \"id\": 1\n}\n{\n  \"text\": \"b\"\n}\n");

        Assert.Equal(["a", "b"], rows.Texts());
        Assert.Equal([1, 5], rows.Select(r => r.Line));
    }

    [Fact]
    public async Task ReadAsync_DeepNesting_IsAnErrorOfTheRow()
    {
        var bomb = "{\"text\":\"a\",\"x\":" + new string('[', 100_000) + "\n{\"text\":\"b\"}\n";

        var rows = await RowsOf.Text(bomb, "a.jsonl");

        Assert.Equal([null, "b"], rows.Texts());
        Assert.Contains("depth", rows[0].Error!, StringComparison.Ordinal);
    }
}
