using System.Text.Json;
using Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

namespace Moodstream.TensorFlowServing.Tests.SavedModel;

/// <summary>A random model of two layers with what PyTorch makes of thirteen batches (tests/data/tiny-bert).</summary>
internal static class TinyBert
{
    /// <summary>Attention to nothing has no right answer; its second row only has to be finite.</summary>
    public const string NoAnswerCase = "empty_mask_row";

    private static readonly JsonElement Golden =
        JsonElement.Parse(File.ReadAllBytes(Path.Combine(Repository.Data("tiny-bert"), "golden.json")));

    public static string Folder { get; } = Repository.Data("tiny-bert");

    public static IReadOnlyList<string> CaseNames { get; } = [.. Cases.Select(c => c.GetProperty("name").GetString()!)]; // all have one

    private static IEnumerable<JsonElement> Cases => Golden.GetProperty("cases").EnumerateArray();

    public static Feed Feed(string name)
    {
        var found = Case(name);
        return new Feed(
            [.. found.GetProperty("shape").EnumerateArray().Select(e => e.GetInt32())],
            [.. Numbers(found, "input_ids").Select(e => e.GetInt32())],
            [.. Numbers(found, "input_mask").Select(e => e.GetInt32())],
            [.. Numbers(found, "segment_ids").Select(e => e.GetInt32())]);
    }

    /// <summary>An output of the case in single precision, row after row.</summary>
    public static double[] Output(string name, string output) => [.. Numbers(Case(name), output).Select(e => e.GetDouble())];

    /// <summary>How many of the case's logits have a right answer.</summary>
    public static int Answers(string name) => name == NoAnswerCase ? 3 : Output(name, "logits").Length;

    private static JsonElement Case(string name) => Cases.Single(c => c.GetProperty("name").GetString() == name);

    private static IEnumerable<JsonElement> Numbers(JsonElement found, string name) => found.GetProperty(name).EnumerateArray()
        .SelectMany(r => r.ValueKind == JsonValueKind.Array ? r.EnumerateArray().AsEnumerable() : [r]);
}
