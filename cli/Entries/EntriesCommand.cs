using System.CommandLine;

namespace Moodstream.Cli.Entries;

/// <summary><c>moodstream dead</c> and <c>moodstream rejected</c>: what ended on their topics, and the way back.</summary>
internal static class EntriesCommand
{
    private const string DeadHelp = """
        Show the dead letters of the pub/sub component (tweets.dead), and replay them: what its app could never be
        handed. The sidecar does not say why. A replayed event goes to everyone who subscribes to its topic; those who
        had it drop it by its id.

        Examples:
          moodstream dead list
          moodstream dead replay --dry-run
          moodstream dead replay --id bluesky:did:plc:abc/3k --redis redis://localhost:6379
        """;

    private const string RejectedHelp = """
        Show the posts that could not be scored (tweets.rejected), and put them back to be scored again: after a new
        model or a mended classifier, say.

        Examples:
          moodstream rejected list --json
          moodstream rejected requeue --limit 100
        """;

    /// <summary>Makes <c>dead</c>.</summary>
    public static Command CreateDead(Terminal terminal)
    {
        var to = new Option<string?>("--to")
        {
            Description = "Topic to replay to. Default: the one that each event says it came from.",
            HelpName = "TOPIC",
        };
        to.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !DeadLetters.IsTopic(token.Value))
            {
                result.AddError($"--to: expected a topic of Moodstream, found {token.Value}");
            }
        });
        var replay = Move("replay", "Move entries to the topic they came from, unchanged and in order.", terminal, p => DeadLetters.KindTo(p.GetValue(to)));
        replay.Add(to);
        return new Command("dead", DeadHelp) { List(DeadLetters.Kind, terminal), replay };
    }

    /// <summary>Makes <c>rejected</c>.</summary>
    public static Command CreateRejected(Terminal terminal) => new("rejected", RejectedHelp)
    {
        List(RejectedPosts.Kind, terminal),
        Move("requeue", "Move posts back to tweets.raw, unchanged and in order.", terminal, _ => RejectedPosts.Kind),
    };

    private static Command List(EntryKind kind, Terminal terminal)
    {
        var redis = RedisOption.Create();
        var limit = CommonOptions.Number("--limit", "Most entries, oldest first.", 1, int.MaxValue, 100);
        var ids = Ids();
        var json = CommonOptions.Json("Write a JSON object a line.");
        var command = new Command("list", "List entries: time, id, reason, source topic, text.") { redis, limit, ids, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (!RedisOption.TryGet(parsed, redis, out var address))
            {
                return Task.FromResult(ExitCodes.Unreadable);
            }

            var options = new EntryOptions
            {
                Redis = address,
                Limit = parsed.GetValue(limit),
                Ids = parsed.GetValue(ids) ?? [],
                Json = parsed.GetValue(json),
            };
            return new EntryRun(kind, options, terminal).ListAsync(cancellationToken);
        });
        return command;
    }

    private static Command Move(string name, string help, Terminal terminal, Func<ParseResult, EntryKind> kind)
    {
        var redis = RedisOption.Create();
        var limit = CommonOptions.Number("--limit", "Most entries, oldest first. Default: all.", 1, int.MaxValue, int.MaxValue);
        var ids = Ids();
        var dryRun = new Option<bool>("--dry-run") { Description = "Move nothing; say what would be moved." };
        var command = new Command(name, help) { redis, limit, ids, dryRun };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (!RedisOption.TryGet(parsed, redis, out var address))
            {
                return Task.FromResult(ExitCodes.Unreadable);
            }

            var options = new EntryOptions
            {
                Redis = address,
                Limit = parsed.GetValue(limit),
                Ids = parsed.GetValue(ids) ?? [],
                DryRun = parsed.GetValue(dryRun),
            };
            return new EntryRun(kind(parsed), options, terminal).MoveAsync(cancellationToken);
        });
        return command;
    }

    private static Option<string[]> Ids() => new("--id")
    {
        Description = "Only this event, by its own id or that of its entry; may be given several times.",
        HelpName = "ID",
    };
}
