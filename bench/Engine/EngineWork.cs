using Moodstream.Bert;

namespace Moodstream.Bench.Engine;

/// <summary>How many multiplications and additions a post costs: those of the formulas, nothing for padding.</summary>
internal static class EngineWork
{
    /// <summary>Operations of a post.</summary>
    /// <param name="config">The model.</param>
    /// <param name="tokens">Its token ids.</param>
    /// <remarks>
    /// Matrix products only, as is usual. The last layer needs keys and values of all tokens, but the query, the
    /// attention and the feed-forward part of the first alone.
    /// </remarks>
    public static double Operations(BertConfig config, int tokens)
    {
        double hidden = config.Hidden;
        var square = 2 * hidden * hidden;
        var feedForward = 4 * hidden * config.Intermediate;
        var attention = 4.0 * tokens * hidden;
        var layer = tokens * ((4 * square) + feedForward + attention);
        var last = (tokens * 2 * square) + (2 * square) + feedForward + attention;
        return ((config.Layers - 1) * layer) + last + square + (2 * hidden * config.Labels.Count);
    }
}
