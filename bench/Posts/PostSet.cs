using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Moodstream.Text;

namespace Moodstream.Bench.Posts;

/// <summary>The posts every benchmark measures: all distinct, in an order that their length does not follow.</summary>
internal sealed class PostSet
{
    /// <summary>Posts of an ordinary run.</summary>
    public const int DefaultCount = 10_000;

    private const ulong Seed = 1;

    private PostSet(IReadOnlyList<string> texts, IReadOnlyList<int[]> ids)
    {
        Texts = texts;
        Ids = ids;
        Tokens = new TokenHistogram(ids.Select(i => i.Length));
    }

    /// <summary>As written.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Token ids of each.</summary>
    public IReadOnlyList<int[]> Ids { get; }

    /// <summary>Their lengths in ids.</summary>
    public TokenHistogram Tokens { get; }

    /// <summary>The first 12 digits of a hash over all texts: equal where the posts are.</summary>
    public string Hash => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', Texts))))[..12];

    /// <summary>One line for a results file.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Texts.Count} distinct made-up posts, seed {Seed}, hash {Hash}; {Tokens.Total} ids: {Tokens.Summary}");

    /// <summary>Makes the first posts of the sequence and encodes them.</summary>
    public static PostSet Create(int count, TextEncoder encoder)
    {
        string[] texts = [.. new PostGenerator(Grammar.Bundled(), Seed).Take(count)];
        var buffer = new int[encoder.MaxTokens];
        return new PostSet(texts, [.. texts.Select(t => buffer[..encoder.Encode(t, buffer).Tokens])]);
    }

    /// <summary>The first posts of the set.</summary>
    public PostSet First(int count) => count >= Texts.Count
        ? this
        : new PostSet([.. Texts.Take(count)], [.. Ids.Take(count)]);
}
