using System.Text.Json;
using Moodstream.Bert;
using Moodstream.Classifier.Inference;
using Moodstream.Contracts;

namespace Moodstream.Classifier.Tests.Inference;

/// <summary>The bundled model behind the port, from text to probabilities.</summary>
public sealed class BertInferenceTests : IDisposable
{
    private const int Texts = 40;
    private const double Tolerance = 1e-4;

    private readonly ScoringModel _model = BertInference.Load(
        new ClassifierOptions { Model = Repository.Model, Threads = 2 });

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task Infer_GoldenTexts_GivesPyTorchsProbabilities()
    {
        var goldens = File.ReadLines(Path.Combine(Repository.Model, "goldens.jsonl")).Take(Texts)
            .Select(l => JsonDocument.Parse(l).RootElement).ToList();
        var (ids, lengths) = Encode(goldens.Select(g => g.GetProperty("text").GetString()!));
        var actual = new float[Texts * 3];

        var answer = await _model.Inference.InferAsync(
            new InferenceBatch(ids, lengths, actual), CancellationToken.None);

        Assert.Equal(new ModelVersion("tweet-sentiment", 1), answer.Model);
        var expected = new float[3];
        foreach (var (i, golden) in goldens.Index())
        {
            ClassProbabilities.FromLogits(
                [.. golden.GetProperty("logits").EnumerateArray().Select(l => l.GetSingle())], expected);
            for (var label = 0; label < 3; label++)
            {
                Assert.InRange(
                    actual[(3 * i) + label], expected[label] - Tolerance, expected[label] + Tolerance);
            }
        }
    }

    [Fact]
    public async Task Infer_IdTheModelLacks_IsRefusedByNameAndNotThrown()
    {
        var answer = await _model.Inference.InferAsync(
            new InferenceBatch(new[] { 101, 30522, 102 }, new[] { 3 }, new float[3]), CancellationToken.None);

        Assert.Contains("token id 1: expected 0 to 30521, got 30522", answer.Refusal, StringComparison.Ordinal);
    }

    private (int[] Ids, int[] Lengths) Encode(IEnumerable<string> texts)
    {
        var buffer = new int[_model.MaxTokens];
        int[][] encoded = [.. texts.Select(t => buffer[.._model.Encode(t, buffer).Tokens])];
        return ([.. encoded.SelectMany(e => e)], [.. encoded.Select(e => e.Length)]);
    }
}
