using Moodstream.Text.Unicode;

namespace Moodstream.Text.Tweets;

/// <summary>Step 6: each run of white space becomes one space, and both ends are trimmed.</summary>
internal static class WhiteSpace
{
    /// <summary>Collapses in place.</summary>
    public static void Collapse(ref CodePointBuffer text)
    {
        var span = text.Span;
        var written = 0;
        var pending = false;
        foreach (var codePoint in span)
        {
            if (CodePoints.IsWhiteSpace(codePoint))
            {
                pending = written > 0;
                continue;
            }

            if (pending)
            {
                span[written++] = ' ';
                pending = false;
            }

            span[written++] = codePoint;
        }

        text.Truncate(written);
    }
}
