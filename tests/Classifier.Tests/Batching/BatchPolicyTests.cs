using Moodstream.Classifier.Batching;

namespace Moodstream.Classifier.Tests.Batching;

public sealed class BatchPolicyTests
{
    [Theory]
    [InlineData(0, 0, 11, true)]
    [InlineData(1, 4, 6, true)]
    [InlineData(1, 4, 7, false)]
    [InlineData(1, 10, 1, false)]
    [InlineData(3, 3, 1, true)]
    [InlineData(4, 4, 1, false)]
    public void Takes_AtMostTenTokensAndFourPosts_TakesWhatFits(int posts, int tokens, int length, bool expected)
    {
        var policy = new BatchPolicy(maxTokens: 10, maxPosts: 4);

        Assert.Equal(expected, policy.Takes(posts, tokens, length));
    }
}
