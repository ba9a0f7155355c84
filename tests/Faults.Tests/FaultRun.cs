using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Moodstream.Bert;
using Moodstream.Contracts;
using Moodstream.Tests.Cluster;
using AppIds = Moodstream.Contracts.Apps;

namespace Moodstream.Faults.Tests;

/// <summary>Posts through a cluster, from a file's rows to the counts of the sinks, while something goes wrong.</summary>
internal sealed class FaultRun : IAsyncDisposable
{
    /// <summary>A word that every post has.</summary>
    public const string Topic = "mood";

    private const string Channel = "STREAM"; // The relay's default.
    private const string PoisonWord = "poison";
    private const int PoisonEvery = 100;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SinkLimit = TimeSpan.FromMinutes(2);

    private readonly int _posts;
    private readonly RedisSubscriber? _channel; // The relay's, in cases that watch it.

    private FaultRun(AppCluster cluster, IReadOnlyList<SimulatedModel> models, SmallDisk? disk, RedisSubscriber? channel, int posts)
    {
        _channel = channel;
        Cluster = cluster;
        Disk = disk;
        Models = models;
        _posts = posts;
        Topics = new RedisTopics(cluster.Redis.Port);
        Watch = new IngestWatch(Topics);
    }

    public AppCluster Cluster { get; }

    /// <summary>One for each classifier; none where a model server scores.</summary>
    public IReadOnlyList<SimulatedModel> Models { get; }

    /// <summary>Where Redis keeps its files, if it is a disk of its own.</summary>
    public SmallDisk? Disk { get; }

    public RedisTopics Topics { get; }

    public IngestWatch Watch { get; }

    /// <summary>Starts everything, the flow of posts last.</summary>
    /// <param name="options">The cluster; its models are made here.</param>
    /// <param name="what">The case; null: none, to see what a cluster can do.</param>
    /// <param name="posts">Posts to write to the options' file.</param>
    /// <param name="perPost">How long a simulated model takes for each.</param>
    public static async Task<FaultRun> StartAsync(ClusterOptions options, FaultCase? what, int posts, TimeSpan perPost)
    {
        var needsModelServer = what is { NeedsModelServer: true };
        await WriteAsync(options.Posts, posts, withPoison: !needsModelServer);
        var models = new List<SimulatedModel>();
        for (var i = 0; i < options.Classifiers && !needsModelServer; i++)
        {
            models.Add(await SimulatedModel.StartAsync(perPost, PoisonIds()));
        }

        var disk = what is { NeedsSmallDisk: true } ? SmallDisk.Mount(Path.Combine(options.Folder, "disk")) : null;
        var cluster = await AppCluster.StartAsync(options with
        {
            Models = needsModelServer ? null : [.. models.Select(m => m.Address)],
            Redis = disk is null ? options.Redis : [.. options.Redis, "--dir", disk.Path],
        });
        var channel = what is { WatchesChannel: true } ? await RedisSubscriber.StartAsync(cluster.Redis.Port, Channel) : null;
        var run = new FaultRun(cluster, models, disk, channel, posts);
        if (what is { IsFromTheStart: true })
        {
            await what.Fault(run);
        }

        cluster.Apps[AppIds.Ingestor].Start();
        if (what is { IsFromTheStart: true })
        {
            await AppCluster.WaitForSidecarAsync(cluster.Apps[AppIds.Ingestor]);
            await what.Fault(run); // The ingestor's sidecar was not there before.
        }

        return run;
    }

    /// <summary>Sets a switch of the sidecars that run: of these apps, or of all where none is named.</summary>
    public Task SwitchAsync(string name, string value, params string[] apps) => SwitchAsync($$"""{"{{name}}":{{value}}}""", apps);

    // How often they did wrong so far, all together.
    private async Task<long> SwitchAsync(string switches, string[] apps)
    {
        var wrong = 0L;
        using var client = new HttpClient();
        foreach (var (_, app) in Cluster.Apps.Where(a => a.Value.Sidecar.IsRunning && (apps is [] || apps.Contains(a.Key))))
        {
            using var content = new StringContent(switches);
            using var answer = await client.PostAsync(new Uri($"http://127.0.0.1:{app.SidecarPort}/double/faults"), content);
            answer.EnsureSuccessStatusCode();
            wrong += long.Parse(await answer.Content.ReadAsStringAsync(), CultureInfo.InvariantCulture);
        }

        return wrong;
    }

    /// <summary>Lets time pass.</summary>
    public static Task PauseAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);

    /// <summary>Posts settled a second, where nothing goes wrong.</summary>
    public Task<double> RateAsync() => Watch.RateAsync(_posts);

    /// <summary>Lets the fault happen, waits for the end, and counts.</summary>
    /// <param name="what">The case.</param>
    /// <param name="random">Chooses the moment.</param>
    public async Task<FaultResult> ResultAsync(FaultCase what, Random random)
    {
        var moment = random.Next(_posts / 5, _posts / 2);
        await Watch.StatusAsync(s => s.Settled >= moment);
        if (!what.IsFromTheStart)
        {
            await PauseAsync(random.NextDouble() * Second);
            await what.Fault(this);
        }

        var over = TimeProvider.System.GetUtcNow();
        var sinks = CatchUpAsync(what, over);
        var settled = await Watch.StatusAsync(s => s.At > over && TimeSpan.FromSeconds(s.OldestSeconds) < s.At - over);
        var last = await Watch.StatusAsync(s => s.Finished);
        var recovery = new[] { settled.At - over, await sinks }.Max();
        return await CountAsync(what, last, recovery);
    }

    // How long it takes until every sink has what was scored when the fault was over.
    private async Task<TimeSpan> CatchUpAsync(FaultCase what, DateTimeOffset over)
    {
        var scored = (await Topics.IdsAsync(Contracts.Topics.Scored)).Select(PostOf).Distinct(StringComparer.Ordinal).Count();
        await UntilAsync(async () => await CountOfTopicMoodAsync() >= scored
            && (what.RestartsDashboard || await CountOfDashboardAsync() >= scored)
            && (CountOfRelayed() ?? scored) >= scored);
        return TimeProvider.System.GetUtcNow() - over;
    }

    public async ValueTask DisposeAsync()
    {
        await (_channel?.DisposeAsync() ?? ValueTask.CompletedTask);
        await Topics.DisposeAsync();
        await Cluster.DisposeAsync();
        foreach (var model in Models)
        {
            await model.DisposeAsync();
        }

        Disk?.Dispose();
    }

    /// <summary>The ends of all logs.</summary>
    public string Logs() => string.Join('\n', Cluster.Apps.Values
        .SelectMany(a => new[] { a.Service, a.Sidecar })
        .Select(p => $"--- {p.Name}\n{p.LastLines}"));

    private async Task<FaultResult> CountAsync(FaultCase what, IngestStatus last, TimeSpan recovery)
    {
        // What settled a moment ago may still be on its way to the sinks, or wait for a redelivery that counts once more.
        await UntilAsync(() => Topics.IsDrainedAsync(Contracts.Topics.Scored, AppIds.Trends, AppIds.Dashboard, AppIds.Relay));
        await UntilAsync(() => Topics.IsDrainedAsync(Contracts.Topics.Rejected, AppIds.Dashboard));
        var raw = await Topics.IdsAsync(Contracts.Topics.Raw);
        var scored = await Topics.IdsAsync(Contracts.Topics.Scored);
        var rejected = (await Topics.IdsAsync(Contracts.Topics.Rejected)).ToHashSet(StringComparer.Ordinal);
        var scoredPosts = scored.Select(PostOf).ToList();
        var distinct = scoredPosts.ToHashSet(StringComparer.Ordinal);
        await UntilAsync(() => Task.FromResult((CountOfRelayed() ?? distinct.Count) >= distinct.Count));
        var expected = Enumerable.Range(0, _posts).Select(Id).ToList();
        var poison = Models.Count == 0 ? [] : Enumerable.Range(0, _posts).Where(IsPoison).Select(Id).ToList();
        return new FaultResult
        {
            Case = what.Name,
            Published = raw.Distinct(StringComparer.Ordinal).Count(),
            Scored = distinct.Count,
            Rejected = rejected.Count,
            Poison = poison.Count,
            PoisonRejected = poison.Count(rejected.Contains),
            Republished = last.Republished,
            Lost = expected.Count(id => !distinct.Contains(id) && !rejected.Contains(id)),
            Repeats = scoredPosts.Count - distinct.Count,
            CountedByTopicMood = await CountOfTopicMoodAsync(),
            CountedByDashboard = await CountOfDashboardAsync(),
            Relayed = CountOfRelayed(),
            Recovery = recovery,
            DidWrong = Models.Sum(m => m.Refused) + (what.NeedsDouble ? await SwitchAsync("{}", []) : 0),
            Peak = Cluster.PeakBytes.MaxBy(p => p.Bytes),
        };
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds() && TimeProvider.System.GetElapsedTime(started) < SinkLimit)
        {
            await PauseAsync(Poll);
        }
    }

    private async Task<long> CountOfDashboardAsync()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Cluster.Apps[AppIds.Dashboard].Port}") };
        using var state = JsonDocument.Parse(await client.GetStringAsync(new Uri("/api/state", UriKind.Relative)));
        var mood = state.RootElement.GetProperty("state").GetProperty("mood").GetProperty("posts").GetInt64();
        return mood + state.RootElement.GetProperty("state").GetProperty("rejected").EnumerateObject().Sum(r => r.Value.GetInt64());
    }

    private int? CountOfRelayed() => _channel?.Messages.Items.Select(IdOf).Distinct(StringComparer.Ordinal).Count();

    // By the actor itself, through the sidecar of its host.
    private async Task<long> CountOfTopicMoodAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var actor = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Topic));
        try
        {
            using var answer = await client.PostAsync(
                new Uri($"http://127.0.0.1:{Cluster.Apps[AppIds.Trends].SidecarPort}/v1.0/actors/TopicMood/{actor}/method/read"), null);
            var windows = await answer.Content.ReadFromJsonAsync(ContractsJson.Wire.MoodWindows);
            return windows?.Total ?? 0;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or JsonException)
        {
            return 0; // Not yet.
        }
    }

    private static Task WriteAsync(string file, int posts, bool withPoison) => File.WriteAllLinesAsync(
        file,
        Enumerable.Range(0, posts).Select(i =>
            $$"""{"id":"{{Id(i)}}","text":"the {{Topic}} of post number {{i}}{{(withPoison && IsPoison(i) ? $" is {PoisonWord}" : "")}}"}"""));

    // Of an event of tweets.scored: the post's id, then the model's version.
    private static string PostOf(string id) => id[..id.LastIndexOf('@')];

    // Of a scored post, as the relay publishes it.
    private static string IdOf(string message)
    {
        using var json = JsonDocument.Parse(message);
        return json.RootElement.GetProperty("post").GetProperty("id").GetString()!;
    }

    private static string Id(int post) => string.Create(CultureInfo.InvariantCulture, $"p{post}");

    private static bool IsPoison(int post) => post % PoisonEvery == PoisonEvery - 1;

    private static int[] PoisonIds()
    {
        var folder = BertFolder.Open(Path.Combine(Repository.Root, "models", "tweet-sentiment", "1"));
        Span<int> ids = new int[folder.MaxTokens];
        var length = folder.Encoder.Encode(PoisonWord, ids);
        return ids[1..(length.Tokens - 1)].ToArray(); // Without [CLS] and [SEP].
    }
}
