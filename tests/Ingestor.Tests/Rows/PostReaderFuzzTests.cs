using System.Diagnostics;
using System.Globalization;
using System.Text;
using Moodstream.Ingestor.Rows;

namespace Moodstream.Ingestor.Tests.Rows;

/// <summary>Feeds the reader what its formats are made of, in any order; MOODSTREAM_FUZZ_SECONDS sets how long.</summary>
public sealed class PostReaderFuzzTests
{
    private static readonly string[] Pieces =
    [
        "{\"text\":\"a\"}", "{\"text\":\"b\",\"id\":\"1\"}", "{\"data\":[{\"id\":\"1\",\"text\":\"x\"},{\"id\":\"2\",\"text\":\"y\"},7]}",
        "{\"data\":{\"id\":\"3\",\"text\":\"z\"}}", "{", "}", "[", "]", "\"", "\\", ",", "\t", "\n", "\n", "\n", "\r\n", "\r", ":", "text",
        "id,text", "id\ttext\n", "\"\"", "\\ud83d", "é😀", "\0", "\u00ef\u00bb\u00bf", "1", " ", "null", "[{\"text\":\"c\"},",
        new('q', 70), new('[', 70),
    ];

    [Fact]
    public async Task ReadAsync_AnyBytes_HoldsItsPromises()
    {
        var seconds = double.Parse(
            Environment.GetEnvironmentVariable("MOODSTREAM_FUZZ_SECONDS") ?? "2", CultureInfo.InvariantCulture);
        var watch = Stopwatch.StartNew();
        for (var seed = 1; watch.Elapsed.TotalSeconds < seconds; seed++)
        {
            try
            {
                await Check(new Random(seed)).DefaultTimeout();
            }
            catch (Exception e)
            {
                throw new Xunit.Sdk.XunitException($"seed {seed}: {e}");
            }
        }
    }

    private static async Task Check(Random random)
    {
        var input = Input(random);
        var options = RowsOf.Options(Pick(random, ["a", "a.jsonl", "a.json", "a.csv", "a.tsv", "a.txt"])) with
        {
            Format = random.Next(3) == 0 ? Pick(random, Enum.GetValues<RowFormat>()) : RowFormat.Auto,
            MaxRowBytes = Pick(random, [64, 100, 1 << 20]),
            MaxResponseBytes = Pick(random, [64, 200, 1 << 20]),
        };

        List<PostRow> rows;
        try
        {
            rows = await RowsOf.Bytes(input, options);
        }
        catch (UnreadableInputException)
        {
            return;
        }

        CheckOrder(rows, input.Length);
        Assert.Equal(rows, await RowsOf.Stream(new DribblingStream(input, random), options));
        for (var i = 0; i < rows.Count; i++)
        {
            var resumed = options with { Start = rows[i].Next };
            Assert.Equal(rows[(i + 1)..], await RowsOf.Bytes(input, resumed));
        }
    }

    private static void CheckOrder(List<PostRow> rows, int length)
    {
        var last = default(RowPosition);
        foreach (var row in rows)
        {
            Assert.True(row.Post is null != row.Error is null, "a row is a post or an error");
            Assert.True((row.Offset, row.Index).CompareTo((last.Offset, last.Index)) >= 0, "rows start behind the last");
            Assert.True((row.NextOffset, row.NextIndex).CompareTo((row.Offset, row.Index)) > 0, "rows go forward");
            Assert.True(row.Line >= last.Line && row.NextLine >= row.Line, "lines go forward");
            Assert.InRange(row.NextOffset, 0, length);
            last = row.Next;
        }
    }

    private static byte[] Input(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(30); i >= 0; i--)
        {
            text.Append(Pick(random, Pieces));
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        for (var i = random.Next(4); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(5) == 0 ? [0xEF, 0xBB, 0xBF, .. bytes] : bytes;
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
