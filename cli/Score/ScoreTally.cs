using System.Text.Json.Serialization;
using Moodstream.Contracts;

namespace Moodstream.Cli.Score;

/// <summary>What a run has done so far, earlier parts of it included.</summary>
internal sealed record ScoreTally
{
    /// <summary>Posts scored.</summary>
    public long Posts { get; init; }

    /// <summary>Rows that hold no post.</summary>
    public long Rejected { get; init; }

    /// <summary>Token ids scored.</summary>
    public long Tokens { get; init; }

    /// <summary>Posts of which the model did not see all.</summary>
    public long Truncated { get; init; }

    /// <summary>Ill-formed UTF-8 sequences that became U+FFFD.</summary>
    public long Replaced { get; init; }

    /// <summary>Posts labelled negative.</summary>
    public long Negative { get; init; }

    /// <summary>Posts labelled neutral.</summary>
    public long Neutral { get; init; }

    /// <summary>Posts labelled positive.</summary>
    [JsonIgnore]
    public long Positive => Posts - Negative - Neutral;

    /// <summary>Counts a batch.</summary>
    public ScoreTally Plus(ScoreBatch batch)
    {
        long truncated = 0, negative = 0, neutral = 0;
        for (var i = 0; i < batch.Posts.Count; i++)
        {
            truncated += batch.Posts[i].Truncated ? 1 : 0;
            var label = batch.LabelOf(i);
            negative += label == SentimentLabel.Negative ? 1 : 0;
            neutral += label == SentimentLabel.Neutral ? 1 : 0;
        }

        return this with
        {
            Posts = Posts + batch.Posts.Count,
            Rejected = Rejected + batch.Rejected.Count,
            Tokens = Tokens + batch.TokenIds.Length,
            Truncated = Truncated + truncated,
            Replaced = Replaced + batch.Replaced,
            Negative = Negative + negative,
            Neutral = Neutral + neutral,
        };
    }
}
