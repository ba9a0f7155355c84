using System.Text.Json;

namespace Moodstream.Bert.Tests.Golden;

/// <summary>A random model of two layers with what PyTorch makes of thirteen batches (tests/data/tiny-bert).</summary>
internal sealed class TinyBert
{
    private readonly JsonElement _golden;

    public TinyBert()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, "golden.json")));
        _golden = document.RootElement.Clone();
    }

    public static string Folder { get; } = Repository.Data("tiny-bert");

    public IEnumerable<string> CaseNames => _golden.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!);

    public TinyCase Case(string name)
    {
        var found = _golden.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        var rows = found.GetProperty("shape")[0].GetInt32();
        var columns = found.GetProperty("shape")[1].GetInt32();
        return new TinyCase(
            Enumerable.Repeat(columns, rows).ToArray(), Integers(found, "input_ids"), Integers(found, "input_mask"),
            Integers(found, "segment_ids"),
            [.. Rows(found, "logits_f64").Select(e => e.GetDouble())]);
    }

    private static int[] Integers(JsonElement found, string name) => [.. Rows(found, name).Select(e => e.GetInt32())];

    private static IEnumerable<JsonElement> Rows(JsonElement found, string name) =>
        found.GetProperty(name).EnumerateArray().SelectMany(r => r.EnumerateArray());
}
