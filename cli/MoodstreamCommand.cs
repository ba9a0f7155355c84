using System.CommandLine;
using Moodstream.Cli.Completion;
using Moodstream.Cli.Doctor;
using Moodstream.Cli.Entries;
using Moodstream.Cli.Eval;
using Moodstream.Cli.Export;
using Moodstream.Cli.Run;
using Moodstream.Cli.Score;
using Moodstream.Cli.Serve;

namespace Moodstream.Cli;

/// <summary>The whole command line.</summary>
internal static class MoodstreamCommand
{
    private const string Help =
        """
        Scores the mood of social posts with BERT, live or in bulk, on this machine alone.

          moodstream run                   watch posts being scored on http://localhost:5080
          moodstream score posts.jsonl -o scores.jsonl
          moodstream eval labelled.tsv     accuracy against labels
          moodstream serve                 the model for clients of TensorFlow Serving
          moodstream export-savedmodel models/tweet-sentiment out/bert/1    for tensorflow/serving
          moodstream doctor                what is there, what is missing
          moodstream dead list             with Dapr: what its app could not be handed, and `dead replay`
          moodstream rejected list         with Dapr: posts that could not be scored, and `rejected requeue`

        Exit codes: 0 done, 1 usage, 2 unreadable input or model, 3 done but some rows rejected, 130 interrupted.
        """;

    public static RootCommand Create() => new(Help)
    {
        RunCommand.Create(),
        ScoreCommand.Create(),
        EvalCommand.Create(),
        ServeCommand.Create(),
        ExportCommand.Create(),
        DoctorCommand.Create(),
        EntriesCommand.CreateDead(Terminal.System),
        EntriesCommand.CreateRejected(Terminal.System),
        CompletionCommand.Create(),
    };
}
