using Moodstream.Bench.Rounds;
using Moodstream.Bench.Scoring;
using Moodstream.Bert;

namespace Moodstream.Bench.Serve;

/// <summary>The case that this project set out from: 20 posts on a model as large as BERT-base, which took 12 s.</summary>
internal sealed class LargeModelBench(BenchContext context, ServeReport report)
{
    private const int Layers = 12;
    private const int Hidden = 768;
    private const int Posts = 20;
    private const int Padded = 150;
    private const int Calls = 8;

    /// <summary>Measures.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var folder = context.EmptyFolder("serve-large");
        var version = Path.Combine(folder, "1");
        RandomModel.Write(version, Layers, Hidden, Path.Combine(context.ModelFolder, "vocab.txt"));
        var posts = context.Posts.First(Posts).Ids;
        float[] answers;
        using (var model = BertModel.Load(version))
        {
            using var engine = new BareEngine(model, Environment.ProcessorCount, context.Clock);
            answers = engine.Score(posts);
        }

        var rows = new List<(string Name, int Threads, Spread Seconds)>();
        foreach (var threads in new[] { Environment.ProcessorCount, 1 }.Distinct())
        {
            using var server = await ServerProcess.StartAsync(context, version, threads, cancellationToken);
            using var client = new ServeClient(server.Address, context.Model.Labels.Count);
            rows.Add(("padded to the longest", threads, await AskAsync(client, posts, answers, null, cancellationToken)));
            rows.Add(($"padded to {Padded}", threads, await AskAsync(client, posts, answers, Padded, cancellationToken)));
        }

        report.LargeModel($"{Layers} x {Hidden}", posts, rows);
        Directory.Delete(folder, recursive: true);
    }

    private async Task<Spread> AskAsync(
        ServeClient client, IReadOnlyList<int[]> posts, float[] answers, int? length, CancellationToken cancellationToken)
    {
        var work = new ServeWork(ServeClient.Request(posts, length), posts.Count, 0, answers);
        await client.AskAndCheckAsync(work, cancellationToken);
        var (_, seconds) = await Load.ClosedAsync(
            client, [.. Enumerable.Repeat(work, Calls)], callers: 1, context.Clock, cancellationToken);
        return new Spread(seconds);
    }
}
