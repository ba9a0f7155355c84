using System.Text;
using Moodstream.Ingestor.Rows;

namespace Moodstream.Ingestor.Tests.Rows;

/// <summary>Reads inputs that tests write in place.</summary>
internal static class RowsOf
{
    public static readonly DateTimeOffset Now = new ManualTimeProvider().GetUtcNow();

    public static PostReaderOptions Options(string name = "posts", RowFormat format = RowFormat.Auto) =>
        new() { Name = name, Format = format, IdPrefix = "file:x", Clock = new ManualTimeProvider() };

    public static Task<List<PostRow>> Text(string input, string name = "posts", RowFormat format = RowFormat.Auto) =>
        Bytes(Encoding.UTF8.GetBytes(input), Options(name, format));

    public static Task<List<PostRow>> Text(string input, PostReaderOptions options) =>
        Bytes(Encoding.UTF8.GetBytes(input), options);

    public static Task<List<PostRow>> Bytes(byte[] input, PostReaderOptions options) =>
        Stream(new MemoryStream(input), options);

    public static async Task<List<PostRow>> Stream(Stream stream, PostReaderOptions options)
    {
        await using var reader = PostReader.Open(stream, options);
        return await All(reader).DefaultTimeout();
    }

    public static async Task<List<PostRow>> All(PostReader reader)
    {
        List<PostRow> rows = [];
        while (await reader.ReadAsync(CancellationToken.None) is { } row)
        {
            rows.Add(row);
        }

        return rows;
    }

    public static IEnumerable<string?> Texts(this IEnumerable<PostRow> rows) => rows.Select(r => r.Post?.Text);

    public static string Error(this IEnumerable<PostRow> rows) =>
        Assert.Single(rows).Error ?? throw new Xunit.Sdk.XunitException("the row is a post");
}
