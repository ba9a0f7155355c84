using System.Text.Json;
using Moodstream.Bench.Posts;
using Moodstream.Bert;

namespace Moodstream.Bench.Scoring;

/// <summary>What the engine says of every post, to hold a program's output against.</summary>
internal sealed class Answers
{
    private readonly Dictionary<string, float[]> _byId;

    /// <summary>Of the probabilities of each post of the set.</summary>
    public Answers(IEnumerable<float[]> probabilities) =>
        _byId = probabilities.Index().ToDictionary(p => PostFile.Id(p.Index), p => p.Item);

    /// <summary>Scores all posts once.</summary>
    public static Answers Of(BareEngine engine, IReadOnlyList<int[]> posts)
    {
        var logits = engine.Score(posts);
        return new Answers(Enumerable.Range(0, posts.Count).Select(i =>
        {
            var probabilities = new float[engine.Classes];
            ClassProbabilities.FromLogits(logits.AsSpan(i * engine.Classes, engine.Classes), probabilities);
            return probabilities;
        }));
    }

    /// <summary>Holds one scored post against the engine.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="scored">An object with negative, neutral and positive.</param>
    /// <param name="tolerance">How much a probability may be off, by rounding.</param>
    /// <exception cref="WrongAnswerException">It is off by more, or not a post of ours.</exception>
    public void Check(string id, JsonElement scored, double tolerance)
    {
        if (!_byId.TryGetValue(id, out var expected))
        {
            throw new WrongAnswerException($"post '{id}' came back and was never sent");
        }

        float[] actual =
        [
            scored.GetProperty("negative").GetSingle(), scored.GetProperty("neutral").GetSingle(),
            scored.GetProperty("positive").GetSingle(),
        ];
        Goldens.Check($"post '{id}'", expected, actual, tolerance);
    }
}
