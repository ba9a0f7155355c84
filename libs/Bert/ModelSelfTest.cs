using System.Text.Json;
using Moodstream.Bert.Loading;

namespace Moodstream.Bert;

/// <summary>
/// The stored answers of a model (selftest.json in its folder): texts, the token ids they must become and the logits
/// those must give, bound to the hash of the weights they were computed with.
/// </summary>
public sealed record ModelSelfTest
{
    /// <summary>Name of the file in a model folder.</summary>
    public const string FileName = "selftest.json";

    private const int MostBytes = 4 << 20;

    /// <summary>Hexadecimal SHA-256 of the weights the answers are of.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>Largest difference of a logit.</summary>
    public required float Tolerance { get; init; }

    /// <summary>The texts and their answers.</summary>
    public required IReadOnlyList<SelfTestCase> Cases { get; init; }

    /// <summary>Reads a model folder's stored answers; null when it has none.</summary>
    /// <param name="folder">The folder of a model's files, a version folder where there are versions.</param>
    /// <exception cref="ModelFormatException">The file is not one of stored answers.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ModelSelfTest? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenRead(path);
        if (file.Length > MostBytes)
        {
            throw new ModelFormatException(path, "the file", $"at most {MostBytes} bytes", $"{file.Length}");
        }

        try
        {
            return JsonSerializer.Deserialize(file, SelfTestJson.Default.ModelSelfTest)
                ?? throw new ModelFormatException(path, "$", "an object", "null");
        }
        catch (JsonException exception)
        {
            throw new ModelFormatException(path, exception.Path ?? "the file", "stored answers", exception.Message, exception);
        }
    }

    /// <summary>Runs the model on the stored texts.</summary>
    /// <param name="model">The model of that folder.</param>
    /// <param name="scorer">A scorer of it, used by nobody else meanwhile.</param>
    /// <returns>Null when every answer is right, else what was expected and what came.</returns>
    public string? Run(BertModel model, BertScorer scorer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(scorer);
        if (!string.Equals(WeightsSha256, model.WeightsSha256, StringComparison.OrdinalIgnoreCase))
        {
            return $"the weights are not the ones released: SHA-256 {model.WeightsSha256}, expected {WeightsSha256}";
        }

        if (Cases.FirstOrDefault(c => c.Logits.Length != model.Labels.Count) is { } odd)
        {
            return $"\"{odd.Text}\": {odd.Logits.Length} logits are stored, the model has {model.Labels.Count}";
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
