using System.Text;

namespace Moodstream.Text.Tests;

/// <summary>Damaged files are refused by <see cref="TextFormatException"/> or read; nothing else may happen.</summary>
public sealed class LoaderFuzzTests
{
    private const int Files = 600;
    private const string Emoji = "0023 20E3\tkeycap: #\n1F600\tgrinning face\n";

    [Fact]
    public void Load_DamagedTokenizerJson_IsRefusedOrRead() =>
        Fuzzed("tokenizer.json", SmallTokenizer.Json, Tokenise);

    [Fact]
    public void Load_DamagedVocabulary_IsRefusedOrRead() =>
        Fuzzed("vocab.txt", SmallTokenizer.Vocabulary, Tokenise);

    [Fact]
    public void Load_DamagedConfig_IsRefusedOrRead()
    {
        Fuzzed("tokenizer_config.json", SmallTokenizer.Config, folder =>
        {
            File.WriteAllText(Path.Combine(folder, "vocab.txt"), SmallTokenizer.Vocabulary);
            Tokenise(folder);
        });
    }

    [Fact]
    public void Load_DamagedEmojiTable_IsRefusedOrRead() =>
        Fuzzed("emoji.tsv", Emoji, f => TweetNormaliser.Load(Path.Combine(f, "emoji.tsv")).Normalise("😀#\u20e3"));

    private static void Tokenise(string folder) => WordPieceTokenizer.Load(folder).Encode("hello <USER> x");

    private static void Fuzzed(string file, string content, Action<string> load)
    {
        using var folder = new TemporaryFolder();
        foreach (var seed in Fuzz.Seeds(Files))
        {
            File.WriteAllBytes(folder[file], Damage(Encoding.UTF8.GetBytes(content), new Random(seed)));

            var error = Record.Exception(() => load(folder.Path));

            Assert.True(error is null or TextFormatException, $"seed {seed}: {error}");
        }
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        var damaged = bytes.ToList();
        for (var times = random.Next(1, 4); times > 0 && damaged.Count > 0; times--)
        {
            var at = random.Next(damaged.Count);
            var length = Math.Min(random.Next(1, 20), damaged.Count - at);
            switch (random.Next(4))
            {
                case 0:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged.RemoveRange(at, length);
                    break;
                case 2:
                    damaged.InsertRange(at, damaged.GetRange(random.Next(damaged.Count - length + 1), length));
                    break;
                default:
                    damaged[at] = (byte)"\"{}[],:\\0\t\n9"[random.Next(12)];
                    break;
            }
        }

        return [.. damaged];
    }
}
