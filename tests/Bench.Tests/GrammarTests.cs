using Moodstream.Bench.Posts;

namespace Moodstream.Bench.Tests;

public sealed class GrammarTests
{
    [Fact]
    public void Expand_RuleWithNameAndRange_ReplacesBoth()
    {
        var grammar = Grammar.Parse(new StringReader("# a\n{b} at {7..7}\n\n# b\nten\n"));

        var text = grammar.Expand("a", new SeededRandom(1));

        Assert.Equal("ten at 7", text);
    }

    [Fact]
    public void Parse_NameOfNoRule_SaysWhereAndWhich()
    {
        var error = Assert.Throws<FormatException>(() => Grammar.Parse(new StringReader("# a\n{b}\n")));

        Assert.Equal("rule 'a' uses 'b', which is no rule", error.Message);
    }

    [Fact]
    public void Parse_SameRuleTwice_Throws() =>
        Assert.Throws<FormatException>(() => Grammar.Parse(new StringReader("# a\nx\n# a\ny\n")));

    [Fact]
    public void Parse_LineBeforeFirstRule_Throws() =>
        Assert.Throws<FormatException>(() => Grammar.Parse(new StringReader("x\n# a\ny\n")));

    [Fact]
    public void Parse_OpenBrace_Throws() =>
        Assert.Throws<FormatException>(() => Grammar.Parse(new StringReader("# a\nx {b\n")));

    [Fact]
    public void Expand_RuleWithinItself_Throws()
    {
        var grammar = Grammar.Parse(new StringReader("# a\n{a}\n"));

        Assert.Throws<FormatException>(() => grammar.Expand("a", new SeededRandom(1)));
    }
}
