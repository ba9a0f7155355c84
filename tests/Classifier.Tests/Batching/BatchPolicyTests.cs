using Moodstream.Classifier.Batching;

namespace Moodstream.Classifier.Tests.Batching;

public sealed class BatchPolicyTests
{
    [Theory]
    [InlineData(new int[0], 0)]
    [InlineData(new[] { 5 }, 1)]
    [InlineData(new[] { 4, 3, 3 }, 3)]
    [InlineData(new[] { 4, 3, 4 }, 2)]
    [InlineData(new[] { 4, 7, 1 }, 1)]
    [InlineData(new[] { 1, 1, 1, 1, 1 }, 4)]
    [InlineData(new[] { 11, 1 }, 1)]
    [InlineData(new[] { 10, 1 }, 1)]
    public void Take_AtMostTenTokensAndFourPosts_TakesTheOldestThatFit(int[] lengths, int expected)
    {
        var policy = new BatchPolicy(maxTokens: 10, maxPosts: 4);

        Assert.Equal(expected, policy.Take(lengths));
    }
}
