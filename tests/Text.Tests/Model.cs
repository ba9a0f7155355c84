using System.Text.Json;

namespace Moodstream.Text.Tests;

/// <summary>The bundled model's text side.</summary>
internal static class Model
{
    private static readonly Lazy<TweetNormaliser> LazyNormaliser =
        new(() => TweetNormaliser.Load(Path.Combine(Repository.Model, TweetNormaliser.FileName)));

    private static readonly Lazy<WordPieceTokenizer> LazyTokenizer =
        new(() => WordPieceTokenizer.Load(Repository.Model));

    private static readonly Lazy<TextEncoder> LazyEncoder = new(() => TextEncoder.Load(Repository.Model, 128));

    public static TweetNormaliser Normaliser => LazyNormaliser.Value;

    public static WordPieceTokenizer Tokenizer => LazyTokenizer.Value;

    /// <summary>At most 128 ids.</summary>
    public static TextEncoder Encoder => LazyEncoder.Value;

    public static IEnumerable<(string Text, string Normalised, int[] Ids)> Goldens() =>
        File.ReadLines(Path.Combine(Repository.Model, "goldens.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Select(row => (
                LenientJson.GetString(row.GetProperty("text"), out _) ?? "",
                row.GetProperty("normalised").GetString() ?? "",
                row.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray()));

    public static int[] Encode(this TextEncoder encoder, string text)
    {
        var ids = new int[encoder.MaxTokens];
        return ids[..encoder.Encode(text, ids).Tokens];
    }

    public static int[] Encode(this WordPieceTokenizer tokenizer, string text, int maxTokens = 512)
    {
        var ids = new int[maxTokens];
        return ids[..tokenizer.Encode(text, ids).Tokens];
    }
}
