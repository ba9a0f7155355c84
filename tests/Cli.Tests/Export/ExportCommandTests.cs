using System.CommandLine;

namespace Moodstream.Cli.Tests.Export;

public sealed class ExportCommandTests
{
    [Theory]
    [InlineData("export-savedmodel model out/1")]
    [InlineData("export-savedmodel model out/1 --fixed-length 150 --half --force")]
    public void Parse_KnownOptions_IsUnderstood(string line) => Assert.Empty(MoodstreamCommand.Create().Parse(line).Errors);

    [Theory]
    [InlineData("export-savedmodel", "'export-savedmodel'")]
    [InlineData("export-savedmodel model", "'export-savedmodel'")]
    [InlineData("export-savedmodel model out --fixed-length 0", "--fixed-length")]
    [InlineData("export-savedmodel model out --fixed-length many", "'many'")]
    [InlineData("export-savedmodel model out --bogus", "'--bogus'")]
    public void Parse_Nonsense_IsAUsageErrorThatNamesIt(string line, string named)
    {
        var error = new StringWriter();

        var code = MoodstreamCommand.Create().Parse(line)
            .Invoke(new InvocationConfiguration { Error = error, Output = TextWriter.Null });

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains(named, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Process_BundledModel_IsExported()
    {
        using var folder = new TemporaryFolder();
        using var program = new MoodstreamProcess(folder.Path, "export-savedmodel", Repository.Model, "bert/2");

        var line = await program.LineWithAsync("saved_model.pb");

        Assert.Contains("506 nodes, weights in float16", line, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Ok, await program.ExitCodeAsync());
        Assert.Equal([folder["bert/2"]], Directory.GetFileSystemEntries(folder["bert"]));
    }
}
