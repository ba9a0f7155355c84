using System.Text;
using System.Text.Json;

namespace Moodstream.Contracts.Tests;

/// <summary>Whatever a post says, a reader of the wire gets that back.</summary>
public sealed class EscapingTests
{
    private const int Seed = 20260314;
    private const int Texts = 5_000;

    private static readonly string[] Pieces =
    [
        "plain words ", "\"", "\\", "<b>&'+", "🥹", "👩🏽‍🚀", "漢", "\u202e", "\u2028", "\0", "\u007f", "\u00ad", "\ufeff", "\uffff",
        "\ud83d", "\udd79", "\U0010ffff",
    ];

    [Fact]
    public void RoundTrip_RandomTexts_GiveBackTheTextWithLoneSurrogatesReplaced()
    {
        var random = new Random(Seed);

        for (var n = 0; n < Texts; n++)
        {
            // Up to 400 pieces: the writer has other paths for what does not fit its first buffer.
            var text = string.Concat(random.GetItems(Pieces, random.Next(n % 100 == 0 ? 400 : 12)));
            var post = (Post)Messages.ByFile["post-least"] with { Text = text };

            var utf8 = JsonSerializer.SerializeToUtf8Bytes(post, ContractsJson.Wire.Post);
            var read = JsonSerializer.Deserialize(utf8, ContractsJson.Wire.Post)!.Text;

            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            Assert.True(expected == read, $"seed {Seed}, text {n}: expected '{expected}', got '{read}'");
        }
    }
}
