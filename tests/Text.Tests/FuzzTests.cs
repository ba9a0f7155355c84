using Moodstream.Text.Tests.Reference;

namespace Moodstream.Text.Tests;

/// <summary>The encoder against a second implementation that is too simple to be wrong in the same way.</summary>
public sealed class FuzzTests
{
    private const int Texts = 1_200;

    [Fact]
    public void Normalise_RandomTexts_EqualTheNaiveNormaliser()
    {
        var naive = new NaiveNormaliser(Path.Combine(Repository.Model, TweetNormaliser.FileName));

        foreach (var seed in Fuzz.Seeds(Texts))
        {
            var text = new HostileText(new Random(seed)).Next();
            var expected = naive.Normalise(text);

            var actual = Model.Normaliser.Normalise(text);

            Assert.True(expected == actual, $"seed {seed}: '{text}' became '{actual}', not '{expected}'");
        }
    }

    [Fact]
    public void Tokenise_RandomTexts_EqualsTheNaiveTokenizer()
    {
        var naive = new NaiveTokenizer(Path.Combine(Repository.Model, "vocab.txt"));

        foreach (var seed in Fuzz.Seeds(Texts))
        {
            var random = new Random(seed);
            var text = new HostileText(random).Next();
            var ids = new int[random.Next(2, 130)];
            var expected = naive.Encode(text, ids.Length);

            var actual = Model.Tokenizer.Encode(text, ids);

            var shown = $"seed {seed}: '{text}' became {string.Join(' ', ids[..actual.Tokens])}";
            var same = ids.AsSpan(0, actual.Tokens).SequenceEqual(expected.Ids);
            Assert.True(same, $"{shown}, not {string.Join(' ', expected.Ids)}");
            Assert.True(expected.Truncated == actual.Truncated, $"{shown}: truncated {actual.Truncated}");
        }
    }
}
