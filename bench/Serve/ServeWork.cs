using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.Bench.Serve;

/// <summary>One request and what has to come back.</summary>
/// <param name="Request">Ready to send.</param>
/// <param name="Posts">Posts in it.</param>
/// <param name="First">Number of its first post in <paramref name="Answers"/>.</param>
/// <param name="Answers">The engine's logits of all posts, [posts, classes].</param>
internal sealed record ServeWork(PredictRequest Request, int Posts, int First, float[] Answers)
{
    /// <summary>Requests of so many posts each, the last perhaps of fewer.</summary>
    public static IReadOnlyList<ServeWork> Of(IReadOnlyList<int[]> posts, int postsEach, float[] answers) =>
        [.. posts.Chunk(postsEach).Select((chunk, i) => new ServeWork(
            ServeClient.Request(chunk), chunk.Length, i * postsEach, answers))];
}
