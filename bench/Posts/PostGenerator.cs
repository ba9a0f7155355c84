using System.Text;

namespace Moodstream.Bench.Posts;

/// <summary>
/// Made-up posts, all distinct, the same for the same seed: sentences of one domain up to a length drawn at random,
/// dressed as people dress them (mentions, openers, hashtags, emoji, links, capitals).
/// </summary>
internal sealed class PostGenerator
{
    // A log-normal length with these two has mean 27 and 95th percentile 46, as tweets have in WordPiece ids.
    private const double LengthMu = 3.23;
    private const double LengthSigma = 0.365;

    // Ids per white-space separated word of these phrases, and the two ids around every text.
    private const double IdsPerWord = 1.42;
    private const int IdsAround = 2;
    private const int LongestIds = 110;

    private readonly Grammar _grammar;
    private readonly SeededRandom _random;
    private readonly HashSet<string> _seen = [];

    /// <summary>Starts a sequence of posts.</summary>
    public PostGenerator(Grammar grammar, ulong seed)
    {
        _grammar = grammar;
        _random = new SeededRandom(seed);
    }

    /// <summary>The next posts of the sequence.</summary>
    public IEnumerable<string> Take(int count)
    {
        for (var taken = 0; taken < count;)
        {
            var post = Compose();
            if (_seen.Add(post))
            {
                taken++;
                yield return post;
            }
        }
    }

    private string Compose()
    {
        var ids = Math.Min(LongestIds, Math.Exp(LengthMu + (LengthSigma * _random.NextNormal())));
        var dress = Dress.Draw(_random);
        var domain = _grammar.Pick("domains", _random);
        var post = new StringBuilder();
        AddStart(post, dress);
        AddSentences(post, domain, ((ids - IdsAround) / IdsPerWord) - Words(post) - dress.WordsBehind, dress);
        AddEnd(post, domain, dress);
        return dress.Case switch
        {
            LetterCase.Upper => post.ToString().ToUpperInvariant(),
            LetterCase.Lower => post.ToString().ToLowerInvariant(),
            _ => post.ToString(),
        };
    }

    private void AddStart(StringBuilder post, Dress dress)
    {
        if (dress.Repost)
        {
            post.Append("RT @").Append(_grammar.Expand("handle", _random)).Append(": ");
        }

        for (var i = 0; i < dress.Mentions; i++)
        {
            post.Append('@').Append(_grammar.Expand("handle", _random)).Append(' ');
        }

        if (dress.Opener)
        {
            post.Append(_grammar.Expand("opener", _random)).Append(_random.Chance(0.3) ? ": " : ", ");
        }
    }

    private void AddSentences(StringBuilder post, string domain, double words, Dress dress)
    {
        // A sentence is taken when it lands nearer to the length drawn than leaving it out; there is always one.
        var target = Words(post) + Math.Max(words, 1);
        for (var first = true; ; first = false)
        {
            var sentence = _grammar.Expand(_random.Chance(first ? 0 : 0.35) ? "reaction" : domain, _random);
            var before = Words(post);
            if (!first && before + (Words(sentence) / 2.0) > target)
            {
                break;
            }

            var joined = !first && AddJoint(post, dress);
            post.Append(joined || (first && dress.Opener) ? sentence : Capitalised(sentence));
        }

        if (post[^1] != '?')
        {
            post.Append(dress.Stop);
        }
    }

    /// <summary>Ends a sentence, or joins the next to it: true when the next goes on in small letters.</summary>
    private bool AddJoint(StringBuilder post, Dress dress)
    {
        if (post[^1] != '?' && _random.Chance(0.3))
        {
            post.Append(", ").Append(_grammar.Expand("joiner", _random)).Append(' ');
            return true;
        }

        if (post[^1] != '?')
        {
            post.Append(dress.Stop.Length > 0 ? dress.Stop : ".");
        }

        post.Append(dress.Lines ? '\n' : ' ');
        return false;
    }

    private void AddEnd(StringBuilder post, string domain, Dress dress)
    {
        if (dress.Emoji > 0)
        {
            var emoji = _grammar.Expand("emoji", _random);
            post.Append(' ').Append(string.Concat(Enumerable.Repeat(emoji, dress.Emoji)));
        }

        for (var i = 0; i < dress.Tags; i++)
        {
            var tag = _grammar.Expand($"{domain}.tags", _random);
            post.Append(" #").Append(string.Concat(tag.Where(char.IsLetterOrDigit)));
        }

        if (dress.Link)
        {
            post.Append(' ').Append(_grammar.Expand("link", _random));
        }
    }

    private static string Capitalised(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];

    private static int Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    private static int Words(StringBuilder text) => Words(text.ToString());
}
