using System.CommandLine;
using System.CommandLine.Completions;
using System.Text;

namespace Moodstream.Cli.Completion;

/// <summary>
/// Writes a completion script that has the whole command line in it, so that completing starts no process. Files are
/// completed where the words of the command line are used up.
/// </summary>
internal static class CompletionScript
{
    private const string Program = "moodstream";

    // COMPREPLY is left empty for a file name: the shell's own completion of files comes next (-o default).
    private const string Bash = """
        _moodstream() {
          local current=${COMP_WORDS[COMP_CWORD]} previous= command= word i
          [ "$COMP_CWORD" -gt 0 ] && previous=${COMP_WORDS[COMP_CWORD-1]}
          for ((i = 1; i < COMP_CWORD; i++)); do
            word=${COMP_WORDS[i]}
            case $word in -*) ;; *) command=$word; break ;; esac
          done
          COMPREPLY=()
          _moodstream_words "$command" "$previous"
          [ -n "$REPLY" ] && COMPREPLY=($(compgen -W "$REPLY" -- "$current"))
          return 0
        }
        complete -o default -F _moodstream moodstream

        """;

    private const string Zsh = """
        _moodstream() {
          local command= word
          for word in ${words[2,CURRENT-1]}; do
            case $word in -*) ;; *) command=$word; break ;; esac
          done
          _moodstream_words "$command" "${words[CURRENT-1]}"
          if [[ -n $REPLY && ( $PREFIX == -* || $REPLY != -* ) ]]; then
            compadd -- ${=REPLY}
          else
            _files
          fi
        }
        compdef _moodstream moodstream

        """;

    /// <summary>Writes the script of a shell.</summary>
    /// <param name="root">The whole command line.</param>
    /// <param name="shell">bash or zsh.</param>
    public static string Write(Command root, string shell)
    {
        var script = new StringBuilder();
        script.Append("# Completes ").Append(Program).Append(" in ").Append(shell).Append(".\n");
        script.Append("# REPLY becomes the words that may come next, by the command and the word before.\n");
        script.Append("_moodstream_words() {\n  REPLY=\n  case \"$1 $2\" in\n");
        foreach (var command in root.Subcommands)
        {
            AppendOptionValues(script, command);
        }

        script.Append("  *)\n    case \"$1\" in\n");
        foreach (var command in root.Subcommands)
        {
            script.Append("    ").Append(command.Name).Append(") REPLY='").Append(WordsOf(command)).Append("' ;;\n");
        }

        script.Append("    '') REPLY='").Append(WordsOf(root)).Append("' ;;\n    esac ;;\n  esac\n}\n");
        return script.Append(shell == "bash" ? Bash : Zsh).ToString();
    }

    // After an option that takes a value come its values, or a file name when it has no list of them.
    private static void AppendOptionValues(StringBuilder script, Command command)
    {
        foreach (var option in command.Options.Where(o => !o.Hidden && o.Arity.MaximumNumberOfValues > 0 && o.ValueType != typeof(bool)))
        {
            var names = string.Join('|', Names(option).Select(n => $"\"{command.Name} {n}\""));
            var values = string.Join(' ', option.GetCompletions(CompletionContext.Empty).Select(c => c.Label));
            script.Append("  ").Append(names).Append(") REPLY='").Append(values).Append("' ;;\n");
        }
    }

    private static string WordsOf(Command command) => string.Join(' ',
    [
        .. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name),
        .. command.Arguments.SelectMany(a => a.GetCompletions(CompletionContext.Empty)).Select(c => c.Label),
        .. command.Options.Where(o => !o.Hidden).SelectMany(Names).Where(n => n.StartsWith('-')),
    ]);

    private static IEnumerable<string> Names(Option option) => option.Aliases.Prepend(option.Name);
}
