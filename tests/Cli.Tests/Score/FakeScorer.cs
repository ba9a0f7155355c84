using Moodstream.Cli.Score;
using Moodstream.Text;

namespace Moodstream.Cli.Tests.Score;

/// <summary>A model whose ids are a text's characters and whose moods depend on nothing but a text's ids.</summary>
internal sealed class FakeScorer : ITextScorer
{
    private int _callers;

    public int Calls { get; private set; }

    public int LargestBatchTokens { get; private set; }

    /// <summary>Called in each call of <see cref="Score"/>, with its number from 1 on.</summary>
    public Action<int> OnScore { get; init; } = _ => { };

    public string WeightsHash { get; init; } = "fake";

    public int MaxTokens => 16;

    public EncodedLength Encode(ReadOnlySpan<char> text, Span<int> tokenIds)
    {
        var kept = Math.Min(text.Length, MaxTokens - 2);
        tokenIds[0] = 101;
        for (var i = 0; i < kept; i++)
        {
            tokenIds[i + 1] = text[i];
        }

        tokenIds[kept + 1] = 102;
        return new EncodedLength(kept + 2, kept < text.Length);
    }

    public void Score(ReadOnlySpan<int> tokenIds, ReadOnlySpan<int> lengths, Span<float> probabilitiesBC)
    {
        Assert.Equal(1, Interlocked.Increment(ref _callers));
        OnScore(++Calls);
        LargestBatchTokens = Math.Max(LargestBatchTokens, tokenIds.Length);
        for (var i = 0; i < lengths.Length; i++)
        {
            var hash = 17u;
            foreach (var id in tokenIds[..lengths[i]])
            {
                hash = (hash * 31) + (uint)id;
            }

            var negative = (hash % 1000 / 2000f) + 0.001f;
            var positive = (hash / 1000 % 1000 / 2000f) + 0.0001f;
            probabilitiesBC[i * 3] = negative;
            probabilitiesBC[(i * 3) + 1] = 1 - negative - positive;
            probabilitiesBC[(i * 3) + 2] = positive;
            tokenIds = tokenIds[lengths[i]..];
        }

        Assert.True(tokenIds.IsEmpty);
        Interlocked.Decrement(ref _callers);
    }

    public void Dispose()
    {
    }
}
