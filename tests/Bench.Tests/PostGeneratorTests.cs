using System.Security.Cryptography;
using System.Text;
using Moodstream.Bench.Posts;
using Moodstream.Text;

namespace Moodstream.Bench.Tests;

public sealed class PostGeneratorTests
{
    [Fact]
    public void Take_TenThousand_AllDistinct()
    {
        var posts = Posts(10_000);

        Assert.Equal(posts.Length, posts.Distinct().Count());
    }

    /// <summary>Results of all dates are of the same posts; whoever changes the phrases starts a new series.</summary>
    [Fact]
    public void Take_FirstThousand_AreThoseOfEveryResultsFile()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Join('\0', Posts(1000)));

        Assert.Equal("ea0f0bd22f33255b", Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }

    [Fact]
    public void Take_AnotherSeed_OtherPosts()
    {
        var others = new PostGenerator(Grammar.Bundled(), 2).Take(100).ToArray();

        Assert.NotEqual(Posts(100), others);
    }

    [Fact]
    public void Take_TenThousand_AreAsLongAsTweets()
    {
        var encoder = TextEncoder.Load(Repository.Model, 128);
        var ids = new int[128];

        var tokens = new TokenHistogram(Posts(10_000).Select(p => encoder.Encode(p, ids).Tokens));

        Assert.InRange(tokens.Mean, 26, 28);
        Assert.InRange(tokens.Percentile(0.95), 44, 48);
        Assert.InRange(tokens.Longest, 80, 127);
    }

    private static string[] Posts(int count) => [.. new PostGenerator(Grammar.Bundled(), 1).Take(count)];
}
