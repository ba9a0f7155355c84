using System.Text.Json;

namespace Moodstream.Bench.OnnxRuntime;

/// <summary>Posts that become one rectangular tensor.</summary>
/// <param name="Width">Ids of every row; the longest post fits.</param>
/// <param name="Posts">Token ids of each row.</param>
internal sealed record PaddedBatch(int Width, IReadOnlyList<int[]> Posts)
{
    /// <summary>Cuts posts into batches in the order given.</summary>
    /// <param name="posts">Token ids of each post.</param>
    /// <param name="size">Posts in a batch.</param>
    /// <param name="width">Ids of every row; null for the longest post of each batch.</param>
    public static IReadOnlyList<PaddedBatch> Cut(IEnumerable<int[]> posts, int size, int? width = null) =>
        [.. posts.Chunk(size).Select(batch => new PaddedBatch(width ?? batch.Max(p => p.Length), batch))];

    /// <summary>Ids the model works on, padding included.</summary>
    public long Tokens => (long)Width * Posts.Count;

    /// <summary>Writes it as the worker takes it.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("width", Width);
        json.WriteStartArray("posts");
        foreach (var post in Posts)
        {
            json.WriteStartArray();
            foreach (var id in post)
            {
                json.WriteNumberValue(id);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
