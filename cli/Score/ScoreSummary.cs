using System.Globalization;
using System.Text;

namespace Moodstream.Cli.Score;

/// <summary>What a run did, for a person and for a machine.</summary>
internal sealed record ScoreSummary
{
    /// <summary>Posts scored, by an interrupted part of the run too.</summary>
    public required long Posts { get; init; }

    /// <summary>Rows that hold no post.</summary>
    public required long Rejected { get; init; }

    /// <summary>Posts of which the model did not see all.</summary>
    public required long Truncated { get; init; }

    /// <summary>Ill-formed UTF-8 sequences that became U+FFFD.</summary>
    public required long InvalidUtf8Replaced { get; init; }

    /// <summary>Token ids scored.</summary>
    public required long Tokens { get; init; }

    /// <summary>Posts of each label.</summary>
    public required LabelCounts Labels { get; init; }

    /// <summary>Time from the first row read to the last written, of this part of the run.</summary>
    public required double Seconds { get; init; }

    /// <summary>Posts of this part over its time.</summary>
    public required double PostsPerSecond { get; init; }

    /// <summary>Tokens of this part over its time.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>The scores; null for standard output.</summary>
    public string? Output { get; init; }

    /// <summary>The rejected rows; null when there are none, or when they went to standard error.</summary>
    public string? RejectedOutput { get; init; }

    /// <summary>Sums up.</summary>
    /// <param name="before">What earlier parts did.</param>
    /// <param name="tally">What all parts did.</param>
    /// <param name="elapsed">How long this part took.</param>
    /// <param name="output">Where the scores are; null for standard output.</param>
    public static ScoreSummary Of(ScoreTally before, ScoreTally tally, TimeSpan elapsed, string? output) => new()
    {
        Posts = tally.Posts,
        Rejected = tally.Rejected,
        Truncated = tally.Truncated,
        InvalidUtf8Replaced = tally.Replaced,
        Tokens = tally.Tokens,
        Labels = new LabelCounts(tally.Negative, tally.Neutral, tally.Positive),
        Seconds = elapsed.TotalSeconds,
        PostsPerSecond = Rate(tally.Posts - before.Posts, elapsed),
        TokensPerSecond = Rate(tally.Tokens - before.Tokens, elapsed),
        Output = output,
        RejectedOutput = output is not null && tally.Rejected > 0 ? ScoreFiles.RejectedOf(output) : null,
    };

    /// <summary>As lines of text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"scored {Posts:N0} posts in {Seconds:N1} s: {PostsPerSecond:N0} posts/s, {TokensPerSecond:N0} tokens/s");
        Line($"negative {Share(Labels.Negative)}, neutral {Share(Labels.Neutral)}, positive {Share(Labels.Positive)}");
        Line($"truncated {Truncated:N0}, rejected {Rejected:N0}{(RejectedOutput is null ? "" : $" (see {RejectedOutput})")}, invalid UTF-8 replaced {InvalidUtf8Replaced:N0}");
        return text.ToString();

        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
    }

    private static double Rate(long count, TimeSpan elapsed) =>
        elapsed > TimeSpan.Zero ? Math.Round(count / elapsed.TotalSeconds, 1) : 0;

    private string Share(long count) =>
        string.Create(CultureInfo.InvariantCulture, $"{(Posts > 0 ? 100.0 * count / Posts : 0):N1} %");
}
