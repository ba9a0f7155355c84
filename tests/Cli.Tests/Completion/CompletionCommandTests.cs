using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Moodstream.Cli.Completion;
using Moodstream.Cli.Eval;
using Moodstream.Cli.Score;

namespace Moodstream.Cli.Tests.Completion;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("sc", "score")]
    [InlineData("", "score eval completion")]
    [InlineData("score --te", "--text-field")]
    [InlineData("score in.jsonl --id-field key --f", "--format --force")]
    [InlineData("score --format t", "tsv text")]
    [InlineData("score po", "")]
    [InlineData("score --model m", "")]
    [InlineData("eval --j", "--json")]
    [InlineData("completion z", "zsh")]
    public async Task Bash_OfALine_OffersWhatFits(string line, string words)
    {
        var script = Script("bash");
        var typed = line.Split(' ');
        var program = $"""
            {script}
            COMP_WORDS=(moodstream {string.Join(' ', typed.Select(w => $"'{w}'"))})
            COMP_CWORD={typed.Length}
            _moodstream
            echo "${"{"}COMPREPLY[*]{"}"}"
            """;

        var offered = (await Run("bash", program)).Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);

        if (words.Length == 0)
        {
            Assert.Empty(offered);
        }
        else
        {
            Assert.Equal(words.Split(' ').Order(), offered.Where(o => line.Length > 0 || !o.StartsWith('-')).Order());
        }
    }

    [Fact]
    public async Task Bash_Script_RegistersTheProgram()
    {
        var registered = await Run("bash", $"{Script("bash")}\ncomplete -p moodstream");

        Assert.Equal("complete -o default -F _moodstream moodstream", registered.Trim());
    }

    [Fact]
    public void Zsh_Script_HasTheSameWords()
    {
        var script = Script("zsh");

        Assert.Contains("compdef _moodstream moodstream", script, StringComparison.Ordinal);
        Assert.Contains("--text-field", script, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_UnknownShell_IsAUsageError()
    {
        var root = Root(new MemoryStream());

        var parsed = root.Parse("completion fish");

        Assert.NotEmpty(parsed.Errors);
    }

    private static string Script(string shell)
    {
        var output = new MemoryStream();
        var code = Root(output).Parse($"completion {shell}").Invoke();
        Assert.Equal(ExitCodes.Ok, code);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    private static RootCommand Root(Stream output) => new("test")
    {
        ScoreCommand.Create(),
        EvalCommand.Create(),
        CompletionCommand.Create(new Terminal(() => Stream.Null, () => output, TextWriter.Null, null)),
    };

    private static async Task<string> Run(string shell, string program)
    {
        using var process = Process.Start(new ProcessStartInfo(shell)
        {
            ArgumentList = { "--norc", "-s" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!; // a shell that cannot be started throws
        await process.StandardInput.WriteAsync(program);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().DefaultTimeout();
        await process.WaitForExitAsync().DefaultTimeout();
        Assert.Equal("", await error.DefaultTimeout());
        return output;
    }
}
