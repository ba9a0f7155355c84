using Moodstream.Bench.Posts;
using Moodstream.Bench.Rounds;
using Moodstream.Tests.Cluster;

namespace Moodstream.Bench.Dapr;

/// <summary>Posts through every service over Dapr and Redis, as fast as they settle.</summary>
internal static class ClusterFlow
{
    // Every post has one, so that the actors have as much to do as ever.
    private static readonly string[] Themes = ["phone", "transit", "food", "football", "screen", "music", "weather", "work"];

    // As shipped.
    private static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(1);

    /// <summary>One classifier, which has the posts scored by the model server.</summary>
    public static async Task<Measurement> ScoreAsync(string folder, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var rate = await RunAsync(folder, texts, options => options, cancellationToken);
        return new Measurement(texts.Count, texts.Count / rate);
    }

    /// <summary>
    /// Classifiers with a model each that computes nothing and takes its time; without sinks, which would have the
    /// cores that classifiers are to be given.
    /// </summary>
    public static async Task<double> SimulateAsync(
        string folder, IReadOnlyList<string> texts, int classifiers, TimeSpan perPost, CancellationToken cancellationToken)
    {
        var models = new List<SimulatedModel>();
        try
        {
            for (var i = 0; i < classifiers; i++)
            {
                models.Add(await SimulatedModel.StartAsync(perPost));
            }

            return await RunAsync(
                folder,
                texts,
                options => options with { Classifiers = classifiers, Models = [.. models.Select(m => m.Address)], HasSinks = false },
                cancellationToken);
        }
        finally
        {
            foreach (var model in models)
            {
                await model.DisposeAsync();
            }
        }
    }

    private static async Task<double> RunAsync(
        string folder, IReadOnlyList<string> texts, Func<ClusterOptions, ClusterOptions> configure, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Directory.CreateDirectory(folder);
        var file = PostFile.Write(Path.Combine(folder, "posts.jsonl"), texts, Themes);
        await using var cluster = await AppCluster.StartAsync(
            configure(new ClusterOptions { Folder = folder, Posts = file, StatusInterval = StatusInterval }));
        await using var topics = new RedisTopics(cluster.Redis.Port);
        cluster.Apps[Contracts.Apps.Ingestor].Start();
        var watch = new IngestWatch(topics);
        var rate = await watch.RateAsync(texts.Count);
        var end = await watch.StatusAsync(s => s.Settled >= texts.Count);
        return end.Rejected == 0 ? rate : throw new InvalidOperationException($"{end.Rejected} of {texts.Count} posts were rejected");
    }
}
