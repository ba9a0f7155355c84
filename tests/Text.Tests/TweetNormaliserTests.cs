namespace Moodstream.Text.Tests;

/// <summary>The corners of each step; whole texts: <see cref="GoldensTests"/> and <see cref="FuzzTests"/>.</summary>
public sealed class TweetNormaliserTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" \t\r\n\u0085\u2028\u3000\u001c", "")]
    [InlineData("  a \u00a0\u2003 b  ", "a b")]
    [InlineData("a\u200bb", "a\u200bb")]
    [InlineData("nul\0inside", "nul\0inside")]
    public void Normalise_WhiteSpace_CollapsesAsPythonDoes(string text, string expected) =>
        AssertNormalised(text, expected);

    [Theory]
    [InlineData("&amp;&lt;&gt;&quot;&apos;&#39;", "&<>\"''")]
    [InlineData("a&nbsp;b", "a b")]
    [InlineData("&amp;lt;", "&lt;")]
    [InlineData("&#65;&#x41;&#X41;&#0000065;", "AAAA")]
    [InlineData("&#00000065;", "&#00000065;")]
    [InlineData("&#x0000041;", "&#x0000041;")]
    [InlineData("&#0;&#xD800;&#1114112;&#x110000;", "&#0;&#xD800;&#1114112;&#x110000;")]
    [InlineData("&#x10FFFF;", "\U0010FFFF")]
    [InlineData("&#x;&#;&;&AMP;&copy;&amp", "&#x;&#;&;&AMP;&copy;&amp")]
    [InlineData("&#6a;&&lt;", "&#6a;&<")]
    [InlineData("＆amp;", "&amp;")]
    public void Normalise_CharacterReferences_AreDecodedOnce(string text, string expected) =>
        AssertNormalised(text, expected);

    [Theory]
    [InlineData("see https://a.b/c?d=e#f now", "see http now")]
    [InlineData("HTTPS://A HtTp://b", "http http")]
    [InlineData("xhttp://y", "xhttp")]
    [InlineData("http:// x https:/x http:x", "http:// x https:/x http:x")]
    [InlineData("https://https://x", "http")]
    [InlineData("www.a WWW.b (www.c", "http http (http")]
    [InlineData("awww.b .www.c éwww.d _www.e", "awww.b .www.c éwww.d _www.e")]
    [InlineData("www.", "www.")]
    [InlineData("www. x", "www. x")]
    [InlineData("http://a\u3000b", "http b")]
    [InlineData("http://a\u200bb", "http")]
    [InlineData("h w hw httpx www", "h w hw httpx www")]
    [InlineData("http://x", "http")]
    [InlineData("ｗｗｗ．x", "http")]
    public void Normalise_Links_BecomeHttp(string text, string expected) =>
        AssertNormalised(text, expected);

    // U+017F is an s and U+212A a k to a regular expression that ignores case in Python, and to NFKC before it.
    [Theory]
    [InlineData("httpſ://x", "http")]
    [InlineData("ſtop \u212A", "stop K")]
    public void Normalise_LettersThatFoldToAscii_AreAscii(string text, string expected) =>
        AssertNormalised(text, expected);

    [Theory]
    [InlineData("@bob hi @b_1:x", "@user hi @user:x")]
    [InlineData("@ @@a a@b.c é@bar _@x", "@ @@user a@b.c é@user _@x")]
    [InlineData("@é @١", "@é @١")]
    [InlineData("@a@b", "@user@b")]
    [InlineData("@é@a", "@é@user")]
    [InlineData("@a", "@user")]
    public void Normalise_Mentions_BecomeUser(string text, string expected) =>
        AssertNormalised(text, expected);

    [Theory]
    [InlineData("👍🏽👍🏿", "thumbs up thumbs up")]
    [InlineData("\U0001F469\u200D\U0001F680x", "woman astronaut x")]
    [InlineData("\U0001F469\u200Dx", "woman \u200Dx")]
    [InlineData("#️⃣ # 1 1⃣", "keycap: # # 1 keycap: 1")]
    [InlineData("🇬🇧🇺", "flag: United Kingdom 🇺")]
    [InlineData("❤\ufe0e❤\ufe0f❤", "red heart red heart red heart")]
    [InlineData("a\ufe0fb🏻c", "abc")]
    [InlineData("\U0001F469🏽\u200D🏽\U0001F680", "woman astronaut")]
    public void Normalise_Emoji_BecomeTheirNames(string text, string expected) =>
        AssertNormalised(text, expected);

    [Theory]
    [InlineData("e\u0301 \u0041\u030A", "é Å")]
    [InlineData("ﬁ ½ ＡＢ ﷺ", "fi 1⁄2 AB صلى الله عليه وسلم")]
    [InlineData("\u1100\u1161\u11A8 가\u11A8 가\u11A7", "각 각 가\u11A7")]
    [InlineData("a\u0323\u0302 a\u0302\u0323", "ậ ậ")]
    [InlineData("\u0344", "\u0308\u0301")]
    public void Normalise_Compatibility_IsNfkc(string text, string expected) =>
        AssertNormalised(text, expected);

    [Fact]
    public void Normalise_LoneSurrogate_BecomesReplacement() =>
        AssertNormalised("a\ud83d b\ude00\ud83d\ude00", "a\ufffd b\ufffd grinning face");

    [Theory]
    [InlineData("0023 20E3", "line 1")]
    [InlineData("0023\t", "line 1")]
    [InlineData("0023\ta\tb", "line 1")]
    [InlineData("00A9\tcopyright\n\tname", "line 2")]
    [InlineData("00A9\tcopyright\nxyz\tname", "line 2")]
    [InlineData("00A9\tcopyright\nD83D\tname", "line 2")]
    [InlineData("00A9\tcopyright\n110000\tname", "line 2")]
    [InlineData("00A9\tcopyright\n00AE  20E3\tname", "line 2")]
    [InlineData("00A9\tcopyright\n00A9\tagain", "line 2")]
    [InlineData("00A9\tcopyright\n\n", "line 2")]
    public void Load_DamagedTable_NamesTheLine(string table, string location)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["emoji.tsv"], table);

        var error = Assert.Throws<TextFormatException>(() => TweetNormaliser.Load(folder["emoji.tsv"]));

        Assert.Equal(location, error.Location);
        Assert.Equal(folder["emoji.tsv"], error.File);
    }

    [Fact]
    public void Load_TableThatIsNotUtf8_NamesTheLine()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["emoji.tsv"], [.. "00A9\tc\n00AE\t"u8, 0xFF]);

        var error = Assert.Throws<TextFormatException>(() => TweetNormaliser.Load(folder["emoji.tsv"]));

        Assert.Equal("line 2", error.Location);
    }

    [Fact]
    public void Load_CarriageReturns_AreNoPartOfTheName()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["emoji.tsv"], "00A9\tcopyright\r\n00AE\tregistered\r\n");

        var normaliser = TweetNormaliser.Load(folder["emoji.tsv"]);

        Assert.Equal("copyright registered", normaliser.Normalise("©®"));
    }

    private static void AssertNormalised(string text, string expected) =>
        Assert.Equal(expected, Model.Normaliser.Normalise(text));
}
