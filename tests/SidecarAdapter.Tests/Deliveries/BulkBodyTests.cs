using System.Text;
using Moodstream.Sidecar.Deliveries;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Deliveries;

public sealed class BulkBodyTests
{
    private static readonly string Two = Some.Bulk(("e1", Some.Delivered("1")), ("e2", Some.Delivered("2")));

    [Fact]
    public void Read_RecordedForm_IsItsEntries()
    {
        var entries = Read(Two, out var fault);

        Assert.Null(fault);
        Assert.Equal(["e1", "e2"], entries.Select(e => e.Id));
        Assert.Equal(Some.Delivered("2"), Encoding.UTF8.GetString(entries[1].Event.Span));
        Assert.All(entries, e => Assert.True(e.IsWhole));
    }

    [Theory]
    [InlineData("""{"id":"b","entries":[]}""", 0)]
    [InlineData("""{"entries":[{"event":{},"entryId":"e"}],"x":[{"entries":[1]}]}""", 1)]
    [InlineData("""{"entries":[{"event":{}},{"entryId":7,"event":{}},{"entryId":"","event":{}},{"entryId":"e"}]}""", 1)]
    public void Read_OtherForms_AreTheEntriesThatCanBeAnswered(string body, int count)
    {
        Assert.Equal(count, Read(body, out var fault).Count);
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("", "expected JSON: ")]
    [InlineData("<html>", "expected JSON: ")]
    [InlineData("[]", "expected an object, got a StartArray")]
    [InlineData("{}", "entries: expected an array, got none")]
    [InlineData("""{"entries":{}}""", "entries: expected an array, once")]
    [InlineData("""{"entries":[],"entries":[]}""", "entries: expected an array, once")]
    [InlineData("""{"entries":["x"]}""", "entries: expected objects, got a String")]
    [InlineData("""{"entries":[{"entryId":"e"}]""", "expected JSON: ")]
    public void Read_NoBulkBody_SaysWhatCame(string body, string fault)
    {
        Read(body, out var found);

        Assert.StartsWith(fault, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OneThousandEntries_AreAllThere() => Assert.Equal(
        1000,
        Read(Some.Bulk([.. Enumerable.Range(0, 1000).Select(i => ($"e{i}", "{}"))]), out _).Count);

    [Fact]
    public void Read_BeginningOfABody_IsTheEntriesThatFitOrElseTheBeginningOfTheFirst()
    {
        var bytes = Encoding.UTF8.GetBytes(Two);
        var firstEnds = Two.IndexOf(",{\"entryId\":\"e2\"", StringComparison.Ordinal);
        for (var length = Two.IndexOf("e1\",", StringComparison.Ordinal) + 4; length < bytes.Length; length++)
        {
            var entries = BulkBody.Read(bytes.AsMemory(0, length), isWhole: false, out var fault);

            Assert.Null(fault);
            Assert.Equal("e1", entries[0].Id);
            Assert.Equal(length >= firstEnds, entries[0].IsWhole);
            Assert.All(entries.Skip(1), e => Assert.True(e.IsWhole));
        }
    }

    [Fact]
    public void Read_CutAtAnyByte_IsRefused()
    {
        var bytes = Encoding.UTF8.GetBytes(Two);
        for (var length = 0; length < bytes.Length; length++)
        {
            BulkBody.Read(bytes.AsMemory(0, length), isWhole: true, out var fault);

            Assert.NotNull(fault);
        }
    }

    [Fact]
    public void Read_RandomDamage_NeverThrows()
    {
        foreach (var seed in Fuzz.Seeds(3_000))
        {
            var random = new Random(seed);
            var bytes = Encoding.UTF8.GetBytes(Two);
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var entries = BulkBody.Read(bytes, isWhole: random.Next(2) == 0, out _);

            Assert.InRange(entries.Count, 0, 2);
        }
    }

    private static IReadOnlyList<BulkEntry> Read(string body, out string? fault) =>
        BulkBody.Read(Encoding.UTF8.GetBytes(body), isWhole: true, out fault);
}
