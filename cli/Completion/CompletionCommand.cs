using System.CommandLine;

namespace Moodstream.Cli.Completion;

/// <summary><c>moodstream completion</c>: prints a script that completes the command line in a shell.</summary>
internal static class CompletionCommand
{
    private const string Help = """
        Print a script that completes moodstream's commands and options in a shell.

        Examples:
          eval "$(moodstream completion bash)"      this shell; in ~/.bashrc for every one
          eval "$(moodstream completion zsh)"       after compinit; in ~/.zshrc for every one
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create() => Create(Terminal.System);

    /// <summary>Makes the command, with a terminal to print on.</summary>
    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash or zsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command("completion", Help) { shell };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var root = parsed.RootCommandResult.Command;
            await using var output = new StreamWriter(terminal.OpenOutput());
            await output.WriteAsync(CompletionScript.Write(root, parsed.GetRequiredValue(shell)).AsMemory(), cancellationToken);
            return ExitCodes.Ok;
        });
        return command;
    }
}
