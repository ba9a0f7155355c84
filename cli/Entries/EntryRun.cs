using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Moodstream.Redis;

namespace Moodstream.Cli.Entries;

/// <summary>Lists what ended on a topic, or moves it back.</summary>
internal sealed class EntryRun(EntryKind kind, EntryOptions options, Terminal terminal)
{
    /// <summary>Writes a line an entry to standard output.</summary>
    public Task<int> ListAsync(CancellationToken cancellationToken) => RunAsync(async redis =>
    {
        var shown = 0;
        await using (var output = new StreamWriter(terminal.OpenOutput(), new UTF8Encoding(false)))
        {
            await foreach (var ended in AskedForAsync(redis, cancellationToken))
            {
                await output.WriteLineAsync(options.Json ? Line(ended) : Row(ended));
                shown++;
            }
        }

        var all = await redis.LengthAsync(kind.Topic, cancellationToken);
        terminal.Error.WriteLine($"{shown} of {all} entries of {kind.Topic}");
        return ExitCodes.Ok;
    });

    /// <summary>
    /// Moves entries back in order, one by one: an entry is removed when the broker has taken it where it came from, so
    /// that one too many is the worst a failure between the two can do.
    /// </summary>
    public Task<int> MoveAsync(CancellationToken cancellationToken) => RunAsync(async redis =>
    {
        var (moved, stayed) = (0, 0);
        try
        {
            await foreach (var ended in AskedForAsync(redis, cancellationToken))
            {
                if (ended is not { GoesBack: { } fields, Source: { } topic })
                {
                    stayed++;
                    terminal.Error.WriteLine($"moodstream: {Snippet.Of(ended.Id)} stays: {ended.Stays}");
                    continue;
                }

                if (!options.DryRun)
                {
                    await redis.AddAsync(topic, fields, cancellationToken);
                    await redis.DeleteAsync(kind.Topic, ended.Entry.Id, CancellationToken.None);
                }

                moved++;
            }
        }
        finally
        {
            terminal.Error.WriteLine(
                $"{(options.DryRun ? "would " : "")}{kind.Verb}{(options.DryRun ? "" : "ed")} {moved} entries of {kind.Topic}, {stayed} stay");
        }

        return stayed > 0 ? ExitCodes.SomeRejected : ExitCodes.Ok;
    });

    private async IAsyncEnumerable<EndedEntry> AskedForAsync(
        RedisClient redis, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = options.Limit;
        await foreach (var ended in EntryPages.ReadAsync(redis, kind, cancellationToken))
        {
            if (ended.IsOneOf(options.Ids))
            {
                yield return ended;
                if (--left == 0)
                {
                    yield break;
                }
            }
        }
    }

    private async Task<int> RunAsync(Func<RedisClient, Task<int>> work)
    {
        await using var redis = new RedisClient(options.Redis);
        try
        {
            return await work(redis);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
        catch (RedisException exception)
        {
            terminal.Error.WriteLine($"moodstream: {exception.Message}{Advice(exception)}");
            return ExitCodes.Unreadable;
        }
        catch (IOException exception)
        {
            terminal.Error.WriteLine($"moodstream: standard output: {exception.Message}");
            return ExitCodes.Unreadable;
        }
    }

    private static string Advice(RedisException exception) => exception switch
    {
        { Failure: RedisFailure.Unreachable } => $"; is Redis there? --redis or {RedisOption.Variable} names another",
        { Code: "NOAUTH" or "WRONGPASS" } => $"; the address may hold a password: redis://:PASSWORD@HOST in {RedisOption.Variable}",
        _ => "",
    };

    private static string Row(EndedEntry ended) => string.Join(
        "  ",
        ended.At.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        Snippet.Of(ended.Id),
        ended.Reason,
        ended.Source is { } topic ? Snippet.Of(topic) : "-",
        ended.Text);

    private static string Line(EndedEntry ended) => JsonSerializer.Serialize(
        new ListedEntry(ended.Id, ended.Entry.Id, ended.At, ended.Reason, ended.Source, ended.Text, ended.GoesBack is not null),
        EntryJson.Default.ListedEntry);
}

/// <summary>A line of <c>list --json</c>.</summary>
internal sealed record ListedEntry(
    string Id, string Entry, DateTimeOffset At, string Reason, string? Topic, string Text, bool CanGoBack);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ListedEntry))]
internal sealed partial class EntryJson : JsonSerializerContext;
