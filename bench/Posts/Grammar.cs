using System.Globalization;
using System.Text;

namespace Moodstream.Bench.Posts;

/// <summary>Rules as in phrases.txt: a name and its alternatives, in which {name} and {3..9} are replaced.</summary>
internal sealed class Grammar
{
    // Deep enough for any rule that ends; a rule that contains itself is found by it.
    private const int MaxDepth = 12;

    private readonly Dictionary<string, List<string>> _rules = [];

    private Grammar()
    {
    }

    /// <summary>Reads rules; every name used must be a rule.</summary>
    /// <exception cref="FormatException">A line stands outside a rule, or a name is not known.</exception>
    public static Grammar Parse(TextReader source)
    {
        var grammar = new Grammar();
        List<string>? rule = null;
        while (source.ReadLine() is { } line)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                rule = [];
                if (!grammar._rules.TryAdd(line[2..], rule))
                {
                    throw new FormatException($"rule '{line[2..]}' is there twice");
                }
            }
            else if (line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))
            {
                (rule ?? throw new FormatException($"'{line}' stands before the first rule")).Add(line);
            }
        }

        grammar.CheckNames();
        return grammar;
    }

    /// <summary>The grammar of the bench's posts.</summary>
    public static Grammar Bundled()
    {
        using var stream = typeof(Grammar).Assembly.GetManifestResourceStream("phrases.txt")
            ?? throw new InvalidOperationException("phrases.txt is not in the assembly");
        using var reader = new StreamReader(stream);
        return Parse(reader);
    }

    /// <summary>One alternative of a rule, as written.</summary>
    public string Pick(string rule, SeededRandom random)
    {
        var alternatives = _rules[rule];
        return alternatives[random.Next(alternatives.Count)];
    }

    /// <summary>One alternative of a rule, with everything in it replaced.</summary>
    public string Expand(string rule, SeededRandom random)
    {
        var text = new StringBuilder();
        Expand(Pick(rule, random), random, text, 0);
        return text.ToString();
    }

    private void Expand(string line, SeededRandom random, StringBuilder text, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException($"'{line}' contains itself");
        }

        foreach (var (literal, name) in Parts(line))
        {
            text.Append(literal);
            if (Range(name) is { } range)
            {
                var value = range.Low + random.Next(range.High - range.Low + 1);
                text.Append(value.ToString(CultureInfo.InvariantCulture));
            }
            else if (name.Length > 0)
            {
                Expand(Pick(name, random), random, text, depth + 1);
            }
        }
    }

    private void CheckNames()
    {
        foreach (var (rule, alternatives) in _rules)
        {
            foreach (var (_, name) in alternatives.SelectMany(Parts))
            {
                if (name.Length > 0 && Range(name) is null && !_rules.ContainsKey(name))
                {
                    throw new FormatException($"rule '{rule}' uses '{name}', which is no rule");
                }
            }
        }
    }

    /// <summary>Literal text and the name behind it; the last name is empty.</summary>
    private static IEnumerable<(string Literal, string Name)> Parts(string line)
    {
        var start = 0;
        for (var open = line.IndexOf('{'); open >= 0; open = line.IndexOf('{', start))
        {
            var close = line.IndexOf('}', open);
            if (close < 0)
            {
                throw new FormatException($"'{line}' opens a brace and does not close it");
            }

            yield return (line[start..open], line[(open + 1)..close]);
            start = close + 1;
        }

        yield return (line[start..], "");
    }

    private static (int Low, int High)? Range(string name)
    {
        var dots = name.IndexOf("..", StringComparison.Ordinal);
        return dots > 0
            && int.TryParse(name.AsSpan(0, dots), CultureInfo.InvariantCulture, out var low)
            && int.TryParse(name.AsSpan(dots + 2), CultureInfo.InvariantCulture, out var high)
            && low <= high
            ? (low, high)
            : null;
    }
}
