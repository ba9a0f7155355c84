namespace Moodstream.Bench.Tests;

public sealed class BenchOptionsTests
{
    [Fact]
    public void Parse_AllOptions_AreRead()
    {
        var options = BenchOptions.Parse(
            ["pipeline", "--rounds", "9", "--posts", "200000", "--model", "m", "--out", "o"]);

        Assert.Equal(
            new BenchOptions { Command = "pipeline", Rounds = 9, Posts = 200_000, Model = "m", Out = "o" }, options);
    }

    [Theory]
    [InlineData("")]
    [InlineData("everything")]
    [InlineData("peers --rounds")]
    [InlineData("peers --rounds 0")]
    [InlineData("peers --rounds seven")]
    [InlineData("peers --fast 1")]
    public void Parse_WrongCommandLine_Throws(string line) =>
        Assert.Throws<FormatException>(
            () => BenchOptions.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
}
