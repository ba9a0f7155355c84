using Moodstream.Ingestor.Rows;

namespace Moodstream.Ingestor.Tests.Rows;

public sealed class DelimitedRowsTests
{
    [Fact]
    public async Task ReadAsync_Csv_ReadsQuotedFields()
    {
        const string Input = "id,text,lang\r\n1,\"a, \"\"b\"\"\r\nc\",en\r\n2,d,\r\n";

        var rows = await RowsOf.Text(Input, "a.csv");

        Assert.Equal(["a, \"b\"\r\nc", "d"], rows.Texts());
        Assert.Equal(["1", "2"], rows.Select(r => r.Post!.Id));
        Assert.Equal(["en", null], rows.Select(r => r.Post!.Lang));
        Assert.Equal([2, 4], rows.Select(r => r.Line));
    }

    [Fact]
    public async Task ReadAsync_RaggedRow_IsAnErrorOfTheRow()
    {
        var rows = await RowsOf.Text("id,text\n1\n2,b\n3,c,d\n", "a.csv");

        Assert.Equal([null, "b", null], rows.Texts());
        Assert.Equal("expected 2 fields, as the header row has, came 1", rows[0].Error);
        Assert.Equal("expected 2 fields, as the header row has, came 3", rows[2].Error);
    }

    [Fact]
    public async Task ReadAsync_QuoteNeverClosed_CostsItsLineOnly()
    {
        var rows = await RowsOf.Text("id,text\n1,\"a\n2,b\n3,c", "a.csv");

        Assert.Equal([null, "b", "c"], rows.Texts());
        Assert.Equal("field 2: expected a closing quote, came the end of the row", rows[0].Error);
    }

    [Fact]
    public async Task ReadAsync_TextBehindAClosingQuote_CostsItsLineOnly()
    {
        var rows = await RowsOf.Text("id,text\n1,\"a\" b\n2,\"c\nd\" e\n3,f", "a.csv");

        Assert.Equal("field 2: expected the end of the field behind its closing quote, came more text", rows[0].Error);
        Assert.Equal("field 2: expected a closing quote, came the end of the row", rows[1].Error);
        Assert.Equal("f", rows[^1].Post?.Text);
    }

    [Theory]
    [InlineData("1\t\"so\" he said", "\"so\" he said")]
    [InlineData("1\t\"unclosed", "\"unclosed")]
    [InlineData("1\t\"all of it, \"\"quoted\"\"\"", "all of it, \"quoted\"")]
    [InlineData("1\t\"two\nlines\"", "two\nlines")]
    public async Task ReadAsync_TsvQuotes_AreTextWhereTheyDoNotPairUp(string row, string text)
    {
        var rows = await RowsOf.Text($"id\ttext\n{row}\n2\tb\n", "a.tsv");

        Assert.Equal([text, "b"], rows.Texts());
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("")]
    public async Task ReadAsync_TsvQuoteThatSeemsClosedRowsLater_LosesNoRow(string end)
    {
        var rows = await RowsOf.Text($"id\ttext\n1\t\"So he began\n2\tfine\n3\tragged\trow\n4\tand ended\"{end}", "a.tsv");

        Assert.Equal(["\"So he began", "fine", null, "and ended\""], rows.Texts());
    }

    [Theory]
    [InlineData("text\tid\n\"two\nlines\"\t1\n", "two\nlines")]
    [InlineData("id\ttext\tlang\n1\t\"three\n\nlines\"\ten", "three\n\nlines")]
    public async Task ReadAsync_TsvQuotesOverLinesThatAreNoRows_AreQuotes(string input, string text)
    {
        var rows = await RowsOf.Text(input, "a.tsv");

        Assert.Equal([text], rows.Texts());
    }

    [SharedDataFact("data/sentiment")]
    public async Task ReadAsync_PublicTsvWithoutQuoting_LosesNoRow()
    {
        foreach (var path in Directory.EnumerateFiles(Repository.Shared("data", "sentiment"), "*.tsv"))
        {
            var rows = await RowsOf.Stream(File.OpenRead(path), PostReaderOptions.ForFile(path));

            Assert.Equal(File.ReadLines(path).Count() - 1, rows.Count(r => r.Post is not null));
        }
    }

    [Fact]
    public async Task ReadAsync_NoTextColumn_SaysWhichThereAre()
    {
        var error = await Assert.ThrowsAsync<UnreadableInputException>(() => RowsOf.Text("id,body\n1,a\n", "a.csv"));

        Assert.Equal("a.csv: no column 'text'; the header row has 'id', 'body'", error.Message);
    }

    [Fact]
    public async Task ReadAsync_NoWantedIdColumn_IsRefused()
    {
        var options = RowsOf.Options("a.csv") with { IdField = "key" };

        var error = await Assert.ThrowsAsync<UnreadableInputException>(() => RowsOf.Text("id,text\n1,a\n", options));

        Assert.Contains("no column 'key'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_TwoTextColumns_IsRefused()
    {
        var error = await Assert.ThrowsAsync<UnreadableInputException>(() => RowsOf.Text("text,text\na,b\n", "a.csv"));

        Assert.Equal("a.csv: 2 columns are called 'text'; expected one", error.Message);
    }

    [Fact]
    public async Task ReadAsync_BlankLine_IsNoRowUnlessThereIsOneColumn()
    {
        var wide = await RowsOf.Text("id,text\n1,a\n\n2,b\n", "a.csv");
        var narrow = await RowsOf.Text("text\na\n\nb\n", "a.csv");

        Assert.Equal(["a", "b"], wide.Texts());
        Assert.Equal(["a", "", "b"], narrow.Texts());
    }

    [Fact]
    public async Task ReadAsync_LastRowOverTwoLinesWithoutLineEnd_IsWhole()
    {
        var rows = await RowsOf.Text("id,text\n1,\"a\nb\"", "a.csv");

        Assert.Equal(["a\nb"], rows.Texts());
    }

    [Fact]
    public async Task ReadAsync_EmptyInput_HasNoRows()
    {
        Assert.Empty(await RowsOf.Text("", "a.csv"));
    }
}
