using System.Runtime.InteropServices;
using Moodstream.Contracts;

namespace Moodstream.Cli.Score;

/// <summary>
/// Consecutive rows on their way through the pipeline. It holds no texts, so its size is bounded by its token ids and
/// its number of rows. Filled by the reading stage, scored by the next, written by the last: never touched by two.
/// </summary>
internal sealed class ScoreBatch(int maxTokens)
{
    /// <summary>Most rows, of which those that hold no post take no tokens.</summary>
    public const int MaxRows = 4096;

    private const int C = 3;
    private readonly int[] _tokenIds = new int[maxTokens];
    private readonly List<int> _lengths = [];
    private int _tokens;
    private float[] _probabilitiesBC = [];

    /// <summary>The posts, in order.</summary>
    public List<EncodedPost> Posts { get; } = [];

    /// <summary>The rows between them that hold no post, in order.</summary>
    public List<RejectedRow> Rejected { get; } = [];

    /// <summary>Ill-formed UTF-8 sequences in them all.</summary>
    public long Replaced { get; private set; }

    /// <summary>Where to go on behind them.</summary>
    public InputPosition After { get; private set; }

    /// <summary>Bytes of the inputs read by then, as they are stored.</summary>
    public long BytesRead { get; set; }

    /// <summary>Token ids of all posts, one post after another.</summary>
    public ReadOnlySpan<int> TokenIds => _tokenIds.AsSpan(0, _tokens);

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Posts.Count + Rejected.Count == 0;

    /// <summary>Whether a post of so many token ids still fits.</summary>
    public bool Fits(int tokens) => _tokens + tokens <= _tokenIds.Length && Posts.Count + Rejected.Count < MaxRows;

    /// <summary>Appends a post.</summary>
    public void Add(EncodedPost post, ReadOnlySpan<int> tokenIds)
    {
        tokenIds.CopyTo(_tokenIds.AsSpan(_tokens));
        _tokens += tokenIds.Length;
        _lengths.Add(tokenIds.Length);
        Posts.Add(post);
    }

    /// <summary>Moves the end behind a row.</summary>
    public void Pass(InputPosition after, int replaced)
    {
        After = after;
        Replaced += replaced;
    }

    /// <summary>Scores the posts.</summary>
    public void Score(ITextScorer scorer)
    {
        _probabilitiesBC = new float[Posts.Count * C];
        if (Posts.Count > 0)
        {
            scorer.Score(TokenIds, CollectionsMarshal.AsSpan(_lengths), _probabilitiesBC);
        }
    }

    /// <summary>The mood of a scored post; of equal ones the first.</summary>
    public SentimentLabel LabelOf(int post) =>
        (SentimentLabel)Moods.Argmax(_probabilitiesBC.AsSpan(post * C, C));

    /// <summary>A scored post as the output has it.</summary>
    public ScoreRow RowOf(int post)
    {
        var p = _probabilitiesBC.AsSpan(post * C, C);
        var (id, tokens, truncated) = Posts[post];
        return new ScoreRow(id, new Sentiment(LabelOf(post), p[0], p[1], p[2]), tokens, truncated);
    }
}
