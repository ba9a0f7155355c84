using Moodstream.Contracts;

namespace Moodstream.Trends.Mood;

/// <summary>
/// Posts by mood with the first two moments of their scores. Scores are whole numbers of a ten-thousandth, so that sums
/// are exact: the same posts give the same tally, to the bit, in whatever order and batches they came.
/// </summary>
/// <param name="Negative">Posts labelled negative.</param>
/// <param name="Neutral">Posts labelled neutral.</param>
/// <param name="Positive">Posts labelled positive.</param>
/// <param name="Sum">Sum of the scores, in 1/<see cref="Scale"/>.</param>
/// <param name="Squares">Sum of their squares, in 1/<see cref="Scale"/>².</param>
internal readonly record struct Tally(long Negative, long Neutral, long Positive, long Sum, long Squares)
{
    public const int Scale = 10_000;

    /// <summary>Most posts: their squares then still fit a number that JSON readers keep exactly (2^53).</summary>
    public const long MaxPosts = 90_000_000;

    public long Posts => Negative + Neutral + Positive;

    /// <summary>Mean score, −1 to 1; 0 when there are no posts.</summary>
    public double Mean => Posts == 0 ? 0 : (double)Sum / Scale / Posts;

    /// <summary>Sum of the squared differences from the mean.</summary>
    public double Spread => Posts == 0
        ? 0
        : Math.Max(0, ((double)Squares - ((double)Sum * Sum / Posts)) / ((double)Scale * Scale));

    /// <summary>The tally of one post.</summary>
    public static Tally Of(SentimentLabel label, float score)
    {
        var scaled = (long)Math.Round(Math.Clamp((double)score, -1, 1) * Scale);
        return new(
            label is SentimentLabel.Negative ? 1 : 0,
            label is SentimentLabel.Neutral ? 1 : 0,
            label is SentimentLabel.Positive ? 1 : 0,
            scaled,
            scaled * scaled);
    }

    public static Tally operator +(Tally one, Tally other) =>
        one.Posts + other.Posts > MaxPosts
            ? one
            : new(
                one.Negative + other.Negative,
                one.Neutral + other.Neutral,
                one.Positive + other.Positive,
                one.Sum + other.Sum,
                one.Squares + other.Squares);
}
