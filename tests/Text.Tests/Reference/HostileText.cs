using System.Text;
using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tests.Reference;

/// <summary>Random texts of what the steps of the encoder look for, whole, cut short and misplaced.</summary>
internal sealed class HostileText(Random random)
{
    private static readonly string[] Fragments =
    [
        "http://", "https://", "HTTPS:/", "www.", "WWW.x", ".www.",
        "ｗｗｗ．", "@", "@@", "@user", "_@", "＠", "&amp;", "&#",
        "&#x", "&lt;", "&nbsp;", "&quot", ";", "&#65;", "&#x1F600;", "&#xFE0F;", "&#0000064;", "&#xD83D;", "＆amp;", "#",
        "*", "1", "\u20e3", "\ufe0f", "\ufe0e", "\u200d",
        "\U0001f3fb", "\U0001f3ff", " ", "\t", "\n", "\u001c", "\u0085",
        "\u2028", "\u3000", "\u00a0", "\0", "ſ", "\u212a", "httpſ://x", "é", "e\u0301", "각", "\u1100\u1161\u11a8",
        "\u1161", "\u11a7", "\u11a8", "가", "ﷺ", "½", "[CLS]", "[MASK]", "[UNK", "]", "\ud83d", "\ude00", "a", "b",
        "Z", ".", "_", "ing", "un", "believ", "able", "good", "bad", "##ing", "日本", "한국어", "‼️", "👩‍🚀", "🏳️‍🌈", "🇬🇧",
        "👨‍👩‍👧", "\u1b44", "\u302e", "\u0901", "\ufffd", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ];

    private static readonly int[] Marks =
        [.. Enumerable.Range(0, 0x20000).Where(c => c is < 0xD800 or > 0xDFFF && CodePoints.Of(c).CombiningClass != 0)];

    public string Next()
    {
        var text = new StringBuilder();
        for (var parts = random.Next(random.Next(2) == 0 ? 8 : 60); parts > 0; parts--)
        {
            text.Append(Part());
        }

        return text.ToString();
    }

    private string Part() => random.Next(20) switch
    {
        < 9 => Fragments[random.Next(Fragments.Length)],
        < 12 => ((char)random.Next(' ', 0x7F)).ToString(),
        < 14 => char.ConvertFromUtf32(Marks[random.Next(Marks.Length)]),
        < 15 => char.ConvertFromUtf32(random.Next(0x1100, 0x1200)),
        < 16 => char.ConvertFromUtf32(random.Next(0xAC00, 0xD7A4)),
        < 18 => char.ConvertFromUtf32(random.Next(0x80, 0x3400)),
        < 19 => char.ConvertFromUtf32(random.Next(0x1F000, 0x1FB00)),
        _ => ((char)random.Next(0x10000)).ToString(),
    };
}
