using System.Text.Json;
using System.Text.Json.Serialization;
using Moodstream.Bert;

namespace Moodstream.Cli.Doctor;

/// <summary>
/// The stored answers of a model (selftest.json in its folder): texts, the token ids they must become and the logits
/// those must give, bound to the hash of the weights they were computed with.
/// </summary>
internal sealed record SelfTest
{
    public const string FileName = "selftest.json";

    public required string WeightsSha256 { get; init; }

    public required float Tolerance { get; init; }

    public required IReadOnlyList<SelfTestCase> Cases { get; init; }

    /// <summary>Reads a model folder's stored answers; null when it has none.</summary>
    public static SelfTest? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize(file, SelfTestJson.Default.SelfTest)
            ?? throw new JsonException($"{path}: expected an object, found null");
    }

    /// <summary>Runs the model on the stored texts.</summary>
    /// <returns>Null when every answer is right, else what was expected and what came.</returns>
    public string? Run(BertModel model, BertScorer scorer)
    {
        if (!string.Equals(WeightsSha256, model.WeightsSha256, StringComparison.OrdinalIgnoreCase))
        {
            return $"the weights are not the ones released: SHA-256 {model.WeightsSha256}, expected {WeightsSha256}";
        }

        var ids = new int[model.Encoder.MaxTokens];
        var logits = new float[model.Labels.Count];
        foreach (var test in Cases)
        {
            var length = model.Encoder.Encode(test.Text, ids);
            var encoded = ids.AsSpan(0, length.Tokens);
            if (!encoded.SequenceEqual(test.TokenIds))
            {
                return $"\"{test.Text}\" became other token ids than stored: {string.Join(' ', encoded.ToArray())}";
            }

            scorer.ScoreIds(new TokenBatch(encoded, [length.Tokens]), logits);
            for (var c = 0; c < logits.Length; c++)
            {
                if (!(Math.Abs(logits[c] - test.Logits[c]) <= Tolerance))
                {
                    return $"\"{test.Text}\": logit {c} is {logits[c]}, stored {test.Logits[c]}, tolerance {Tolerance}";
                }
            }
        }

        return null;
    }
}

/// <summary>One stored answer.</summary>
/// <param name="Text">The text, before normalisation.</param>
/// <param name="TokenIds">What it becomes.</param>
/// <param name="Logits">What the model makes of it, in the order of its labels.</param>
internal sealed record SelfTestCase(string Text, int[] TokenIds, float[] Logits);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SelfTest))]
internal sealed partial class SelfTestJson : JsonSerializerContext;
