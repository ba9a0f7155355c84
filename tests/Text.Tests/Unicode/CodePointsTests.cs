using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tests.Unicode;

/// <summary>The tables against the reference implementations, for every code point.</summary>
public sealed class CodePointsTests
{
    [Fact]
    public void Nfkc_EveryCodePoint_EqualsPython()
    {
        var expected = UnicodeData.Nfkc();

        var differing = UnicodeData.CodePoints
            .Where(c => Stages.Nfkc(char.ConvertFromUtf32(c)) is var form
                && form != expected.GetValueOrDefault(c, char.ConvertFromUtf32(c)));

        Assert.Empty(Shown(differing));
    }

    [Fact]
    public void BertNormaliser_EveryCodePoint_EqualsHuggingFace()
    {
        var expected = UnicodeData.Ranges("bert-normalizer.tsv");

        var differing = UnicodeData.CodePoints
            .Where(c => Stages.Bert($"a{char.ConvertFromUtf32(c)}b") != $"a{Form(c, expected.GetValueOrDefault(c))}b");

        Assert.Empty(Shown(differing));
    }

    [Fact]
    public void PreToken_EveryCodePoint_EqualsHuggingFace()
    {
        var expected = UnicodeData.Ranges("bert-pretokenizer.tsv");

        var differing = UnicodeData.CodePoints
            .Where(c => PreToken(CodePoints.Of(c)) != expected.GetValueOrDefault(c));

        Assert.Empty(Shown(differing));
    }

    [Fact]
    public void Classes_EveryCodePoint_EqualPython()
    {
        var expected = UnicodeData.Ranges("python-classes.tsv");

        var differing = UnicodeData.CodePoints
            .Where(c => Classes(CodePoints.Of(c)) != expected.GetValueOrDefault(c, "----"));

        Assert.Empty(Shown(differing));
    }

    private static string Form(int codePoint, string? what) => what switch
    {
        null => char.ConvertFromUtf32(codePoint),
        "removed" => "",
        "space" => " ",
        "spaced" => $" {char.ConvertFromUtf32(codePoint)} ",
        _ => UnicodeData.Text(what["to ".Length..]),
    };

    private static string? PreToken(in CodePointRecord record) => record.PreToken switch
    {
        CodePointFlags.Separator => "separator",
        CodePointFlags.Alone => "alone",
        _ => null,
    };

    private static string Classes(in CodePointRecord record)
    {
        var space = record.Has(CodePointFlags.WhiteSpace) ? "sS" : "--";
        var word = record.Has(CodePointFlags.Word) ? 'w' : '-';
        var combining = record.CombiningClass != 0 ? 'c' : '-';
        return $"{space}{word}{combining}";
    }

    private static IEnumerable<string> Shown(IEnumerable<int> codePoints) =>
        codePoints.Take(20).Select(c => $"U+{c:X4}");
}
