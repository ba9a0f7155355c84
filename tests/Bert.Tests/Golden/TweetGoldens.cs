using System.Text.Json;

namespace Moodstream.Bert.Tests.Golden;

/// <summary>The bundled model's own 490 texts: ids and PyTorch's logits.</summary>
internal sealed class TweetGoldens
{
    public TweetGoldens()
    {
        foreach (var line in File.ReadLines(Path.Combine(Repository.Model, "goldens.jsonl")))
        {
            using var document = JsonDocument.Parse(line);
            Ids.Add([.. document.RootElement.GetProperty("ids").EnumerateArray().Select(e => e.GetInt32())]);
            Logits.Add([.. document.RootElement.GetProperty("logits").EnumerateArray().Select(e => e.GetSingle())]);
        }
    }

    public List<int[]> Ids { get; } = [];

    public List<float[]> Logits { get; } = [];
}
