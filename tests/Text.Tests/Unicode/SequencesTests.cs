using System.Text.Json;

namespace Moodstream.Text.Tests.Unicode;

/// <summary>Sequences of marks, jamo and scripts against the reference implementations.</summary>
public sealed class SequencesTests
{
    [Fact]
    public void Nfkc_EverySequence_EqualsPython()
    {
        var differing = Sequences().Where(s => Stages.Nfkc(s.Text) != s.Nfkc).Select(s => Escape(s.Text));

        Assert.Empty(differing);
    }

    // The third column was made of the second.
    [Fact]
    public void BertNormaliser_EverySequence_EqualsHuggingFace()
    {
        var differing = Sequences().Where(s => Stages.Bert(s.Nfkc) != s.Bert).Select(s => Escape(s.Text));

        Assert.Empty(differing);
    }

    [Theory]
    [InlineData("\u1B44\u302E", "\u1B44\u302E")]
    [InlineData("\u302E\u1B44", "\u1B44\u302E")]
    [InlineData("\u302E\u0301\u1B44", "\u1B44\u302E")]
    [InlineData("\u302E\u0000\u200D\u1B44", "\u1B44\u302E")]
    [InlineData("\u302E\u0901\u1B44", "\u302E\u1B44")]
    [InlineData("\u302E\U0001193D", "\u302E\U0001193D")]
    public void BertNormaliser_MarksThatStay_AreOrderedBetweenStarters(string text, string expected)
    {
        var normalised = Stages.Bert(text);

        Assert.Equal(expected, normalised);
    }

    private static IEnumerable<(string Text, string Nfkc, string Bert)> Sequences() =>
        File.ReadLines(Repository.Data("unicode", "sequences.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => (String(row, "text"), String(row, "nfkc"), String(row, "tokenizer")));

    private static string String(JsonElement row, string name) => row.GetProperty(name).GetString() ?? "";

    private static string Escape(string text) => string.Join(' ', text.EnumerateRunes().Select(r => $"{r.Value:X4}"));
}
