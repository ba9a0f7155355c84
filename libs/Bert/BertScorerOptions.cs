namespace Moodstream.Bert;

/// <summary>How a scorer runs.</summary>
public sealed record BertScorerOptions
{
    /// <summary>Most threads a scorer may have.</summary>
    public const int MostThreads = 256;

    /// <summary>Most token ids a call may be allowed to have.</summary>
    public const int MostBatchTokens = 1 << 22;

    /// <summary>Threads that compute, the caller's included; more than there are processors gains nothing.</summary>
    /// <value>1 to 256. Default: the number of processors.</value>
    public int Threads { get; init; } = Math.Min(Environment.ProcessorCount, MostThreads);

    /// <summary>Most token ids in one call, which bounds the buffers.</summary>
    /// <value>The model's MaxTokens to 4,194,304. Default: 16,384.</value>
    public int MaxBatchTokens { get; init; } = 16_384;
}
