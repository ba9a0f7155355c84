using System.CommandLine;
using Moodstream.Cli.Score;

namespace Moodstream.Cli.Tests.Score;

public sealed class ScoreCommandTests
{
    [Theory]
    [InlineData("score a.jsonl")]
    [InlineData("score a.jsonl b.csv.gz - -o out.csv --format tsv --text-field t --id-field i --resume --json")]
    [InlineData("score - --batch-tokens 4096 --threads 1 --model m --force")]
    [InlineData("score a.jsonl --output out.csv")]
    public void Parse_KnownOptions_IsUnderstood(string line)
    {
        Assert.Empty(Root().Parse(line).Errors);
    }

    [Theory]
    [InlineData("score", "'score'")]
    [InlineData("score a --format xml", "'xml'")]
    [InlineData("score a --format 3", "'3'")]
    [InlineData("score a --threads 0", "--threads")]
    [InlineData("score a --threads 100000", "--threads")]
    [InlineData("score a --batch-tokens many", "'many'")]
    [InlineData("score a --bogus", "'--bogus'")]
    public void Parse_Nonsense_IsAUsageErrorThatNamesIt(string line, string named)
    {
        var error = new StringWriter();

        var parsed = Root().Parse(line);
        var code = parsed.Invoke(new InvocationConfiguration { Error = error, Output = TextWriter.Null });

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains(named, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_Teaches()
    {
        var help = new StringWriter();

        Root().Parse("score --help").Invoke(new InvocationConfiguration { Output = help });

        Assert.Contains("moodstream score posts.csv -o scores.csv --resume", help.ToString(), StringComparison.Ordinal);
        Assert.Contains("Exit codes: 0 done", help.ToString(), StringComparison.Ordinal);
    }

    private static RootCommand Root() => new("test") { ScoreCommand.Create() };
}
