namespace Moodstream.Text.Tests;

/// <summary>The model folder's own goldens: text, normalised text, ids.</summary>
public sealed class GoldensTests
{
    [Fact]
    public void Goldens_AreAllThere()
    {
        Assert.Equal(490, Model.Goldens().Count());
    }

    [Fact]
    public void Normalise_EveryGolden_EqualsNormalisePy()
    {
        var differing = Model.Goldens()
            .Where(g => Model.Normaliser.Normalise(g.Text) != g.Normalised).Select(g => g.Text);

        Assert.Empty(differing);
    }

    [Fact]
    public void Tokenise_EveryNormalisedGolden_EqualsHuggingFace()
    {
        var differing = Model.Goldens()
            .Where(g => !Model.Tokenizer.Encode(g.Normalised, 128).SequenceEqual(g.Ids)).Select(g => g.Text);

        Assert.Empty(differing);
    }

    [Fact]
    public void Encode_EveryGolden_GivesItsIds()
    {
        var differing = Model.Goldens()
            .Where(g => !Model.Encoder.Encode(g.Text).SequenceEqual(g.Ids)).Select(g => g.Text);

        Assert.Empty(differing);
    }
}
