using Moodstream.Bench.Pipeline;
using Moodstream.Bench.Scoring;
using Moodstream.Bert;

namespace Moodstream.Bench.Serve;

/// <summary>Many requests to one server, of a model so small that the requests are what costs: its memory, and changes of version.</summary>
internal sealed class EnduranceBench(BenchContext context, ServeReport report)
{
    private const int Requests = 100_000;
    private const int Callers = 64;
    private const int Versions = 5;
    private static readonly string[] Files = ["config.json", "vocab.txt", "model.safetensors"];

    private readonly string _tiny = Path.Combine(context.Root, "tests", "data", "tiny-bert");

    /// <summary>Measures.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = context.EmptyFolder("serve-tiny");
        AddVersion(folder, 1);
        using var model = BertModel.Load(Path.Combine(folder, "1"));
        using var engine = new BareEngine(model, 1, context.Clock);
        var posts = context.Posts.First(1_000).Ids
            .Select(p => p.Take(model.Config.MaxPositions).Select(id => id % model.Config.VocabularySize).ToArray()).ToArray();
        var singles = ServeWork.Of(posts, 1, engine.Score(posts));
        using var server = await ServerProcess.StartAsync(context, folder, Environment.ProcessorCount, cancellationToken);
        using var client = new ServeClient(server.Address, engine.Classes);

        await AskAsync(client, singles, 5_000, null, cancellationToken);
        var memory = new MemoryLog();
        var done = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var log = memory.WriteAsync(server.Process, () => Volatile.Read(ref done), context.Clock, stop.Token);
        var start = context.Clock.GetTimestamp();
        await AskAsync(client, singles, Requests, () => Interlocked.Increment(ref done), cancellationToken);
        var seconds = context.Clock.GetElapsedTime(start).TotalSeconds;
        await stop.CancelAsync();
        await log;

        var asked = await ChangeAsync(client, singles, folder, cancellationToken);
        report.Endurance(Requests, Requests / seconds, memory, asked, Versions);
    }

    /// <summary>Adds versions while callers ask; a request that fails ends the benchmark.</summary>
    /// <returns>How many requests were answered meanwhile.</returns>
    private async Task<int> ChangeAsync(
        ServeClient client, IReadOnlyList<ServeWork> singles, string folder, CancellationToken cancellationToken)
    {
        var asked = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asking = AskAsync(client, singles, int.MaxValue - Callers, () => Interlocked.Increment(ref asked), cancellationToken, stop.Token);
        var seen = 1L;
        for (var version = 2; version <= Versions; version++)
        {
            AddVersion(folder, version);
            while (seen < version && !asking.IsCompleted)
            {
                seen = (await client.AskAsync(singles[0].Request, cancellationToken)).Version;
            }
        }

        await stop.CancelAsync();
        await asking;
        return asked;
    }

    private static Task AskAsync(
        ServeClient client,
        IReadOnlyList<ServeWork> singles,
        int requests,
        Action? done,
        CancellationToken cancellationToken,
        CancellationToken enough = default) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(
            async () =>
            {
                for (var i = caller; i < requests && !enough.IsCancellationRequested; i += Callers)
                {
                    await client.AskAndCheckAsync(singles[i % singles.Count], cancellationToken);
                    done?.Invoke();
                }
            },
            cancellationToken)));

    private void AddVersion(string folder, int version)
    {
        var unfinished = Directory.CreateDirectory(Path.Combine(folder, $"{version}.partial")).FullName;
        foreach (var file in Files)
        {
            File.Copy(Path.Combine(_tiny, file), Path.Combine(unfinished, file));
        }

        Directory.Move(unfinished, Path.Combine(folder, $"{version}"));
    }
}
