using System.Text.Json;
using Moodstream.Contracts;

namespace Moodstream.Bench.Posts;

/// <summary>Posts as a JSONL file the program reads.</summary>
internal static class PostFile
{
    private static readonly DateTimeOffset Written = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>Writes a line a post, ids from <see cref="Id"/>.</summary>
    /// <param name="path">Where.</param>
    /// <param name="texts">The posts.</param>
    /// <param name="topics">Given to the posts in turn, one each; empty: they have none.</param>
    public static string Write(string path, IReadOnlyList<string> texts, params IReadOnlyList<string> topics)
    {
        using var file = File.Create(path);
        for (var i = 0; i < texts.Count; i++)
        {
            var post = new Post
            {
                Id = Id(i),
                Source = "file",
                Text = texts[i],
                CreatedAt = Written,
                ReceivedAt = Written,
                Topics = topics.Count == 0 ? null : [topics[i % topics.Count]],
            };
            JsonSerializer.Serialize(file, post, ContractsJson.Wire.Post);
            file.WriteByte((byte)'\n');
        }

        return path;
    }

    /// <summary>The id of a post by its place in the set.</summary>
    public static string Id(int index) => $"bench:{index}";
}
