namespace Moodstream.Text.Tests;

/// <summary>
/// Inputs that make a careless implementation take quadratic time: a million code points would be 10^12 steps, far
/// beyond the deadline, where linear time takes a fraction of a second.
/// </summary>
public sealed class LinearTimeTests
{
    private const int Length = 1_000_000;

    public static TheoryData<string, string> Hostile => new()
    {
        { "marks in reverse order", "a" + Repeat("\u0345\u0315\u0301\u0323\u0327\u0334") },
        { "marks that stay, in reverse order", "a" + Repeat("\U0001D16D\U0001D165\u302E\u1B44") },
        { "marks that never compose", "a" + Repeat("\u0334") },
        { "starters that compose", Repeat("\u09C7\u09BE") },
        { "jamo", Repeat("\u1100\u1161\u11A8") },
        { "expansions", Repeat("\uFDFA", Length / 18) },
        { "one word", Repeat("a") },
        { "words of 100", Repeat(new string('x', 100) + " ") },
        { "punctuation", Repeat("#") },
        { "spaces", Repeat(" ") },
        { "beginnings of links", Repeat("http://\u2003") },
        { "beginnings of hosts", Repeat("awww.") },
        { "schemes", Repeat("https:/") },
        { "at signs", Repeat("@") },
        { "mentions", Repeat("a@b") },
        { "ampersands", Repeat("&") },
        { "beginnings of references", Repeat("&#1234567") },
        { "beginnings of emoji", Repeat("\U0001F469\u200D\u2764\u200D\U0001F48B\u200D") },
        { "emoji", Repeat("😂") },
        { "keycaps without cap", Repeat("1\ufe0f") },
        { "variation selectors", Repeat("\ufe0f") },
        { "brackets", Repeat("[") },
        { "beginnings of special tokens", Repeat("[MAS") },
        { "special tokens", Repeat("[MASK]") },
        { "lone surrogates", Repeat("\ud83d") },
    };

    [Theory]
    [MemberData(nameof(Hostile), DisableDiscoveryEnumeration = true)]
    public async Task NormaliseAndTokenise_HostileInput_EndsInTime(string name, string text)
    {
        var ids = new int[text.Length + 2];

        var encoded = await Task.Run(() =>
        {
            Model.Normaliser.Normalise(text);
            return Model.Tokenizer.Encode(text, ids);
        }).DefaultTimeout();

        Assert.True(encoded.Tokens >= 2, name);
    }

    private static string Repeat(string part) => Repeat(part, Length / part.Length);

    private static string Repeat(string part, int times) => string.Concat(Enumerable.Repeat(part, times));
}
