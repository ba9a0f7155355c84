using System.Text.Json.Nodes;
using Moodstream.ModelServer.Tests.Support;
using Moodstream.ModelServer.Versions;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Wire;
using State = Moodstream.TensorFlowServing.Wire.ModelVersionStatus.Types.State;

namespace Moodstream.ModelServer.Tests.Versions;

public sealed class VersionChangeTests
{
    private const int Unloaded = 1602;
    private const int Served = 1600;
    private const int Refused = 1601;

    private static readonly Dictionary<string, string?> LookOften = new()
    {
        [nameof(ModelServerOptions.PollInterval)] = "00:00:00.1",
    };

    [Fact]
    public async Task Change_UnderLoad_FailsNoRequest()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path, LookOften);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(_ => CallUntilAsync(server, stop.Token)).ToArray();

        for (var version = 2; version <= 6; version++)
        {
            folder.Add(version);
            await LogAsync(server, Unloaded, version - 1);
        }

        await stop.CancelAsync();
        var answered = await Task.WhenAll(callers).DefaultTimeout();
        Assert.All(answered, versions => Assert.Equal(versions.Order(), versions)); // never back to an older one
        Assert.Contains(answered, versions => versions.Distinct().Count() > 2);
        Assert.Equal(6, server.Catalog.Served?.Version);
    }

    [Fact]
    public async Task Change_OldVersion_EndsInStatusAndIsNotFound()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path, LookOften);
        folder.Add(2);
        await LogAsync(server, Unloaded, 1);

        var old = await server.RefusalAsync(Some.Golden("version_1"));
        var status = await StatusAsync(server);

        Assert.Equal((StatusCode.NotFound, "Servable not found for request: Specific(bert, 1)"), (old.Code, old.Detail));
        Assert.Equal([(2, State.Available), (1, State.End)], status.Select(s => (s.Version, s.State)));
        Assert.All(status, s => Assert.Equal(Code.Ok, s.Status.ErrorCode));
    }

    [Theory]
    [InlineData("no config", "config.json")]
    [InlineData("lying config", "hidden_size")]
    [InlineData("half a file", "model.safetensors")]
    [InlineData("wrong answers", "selftest.json")]
    [InlineData("small vocabulary", "vocabulary")]
    public async Task Change_BrokenVersion_IsNamedAndTheOldOneStays(string how, string named)
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path, LookOften);
        folder.Add(2, version => Break(version, how));
        var line = await LogAsync(server, Refused, 2);

        var response = await server.PredictAsync(Some.Golden("seed_client"));
        var status = (await StatusAsync(server))[0];

        Assert.Equal(1, response.ModelSpec.Version);
        Assert.Equal((2, State.End), (status.Version, status.State));
        Assert.NotEqual(Code.Ok, status.Status.ErrorCode);
        Assert.Contains(named, status.Status.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(status.Status.ErrorMessage, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_BrokenVersionMended_IsTakenIntoService()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path, LookOften);
        folder.Add(2, version => Break(version, "no config"));
        await LogAsync(server, Refused, 2);

        File.Copy(Repository.Data("tiny-bert", "config.json"), Path.Combine(folder[2], "config.json"));
        await LogAsync(server, Served, 2);

        Assert.Equal(2, (await server.PredictAsync(Some.Golden("seed_client"))).ModelSpec.Version);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Change_EveryVersionGone_KeepsServing(bool andTheBase)
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path, LookOften);

        Directory.Delete(andTheBase ? folder.Path : folder[1], recursive: true);
        await LogAsync(server, 1603);
        Directory.CreateDirectory(folder.Path);

        Assert.Equal(1, (await server.PredictAsync(Some.Golden("seed_client"))).ModelSpec.Version);
    }

    [Fact]
    public async Task Change_VersionThatCannotBeLookedInto_IsRefusedAloneAndNamed()
    {
        using var folder = new ModelBase(1);
        folder.Add(3, version =>
        {
            for (var i = 0; i <= 10_000; i++)
            {
                File.WriteAllBytes(Path.Combine(version, $"{i}"), []);
            }
        });
        await using var server = await ModelServerHost.StartAsync(folder.Path, LookOften);
        folder.Add(4);
        await LogAsync(server, Served, 4);

        var status = await StatusAsync(server);

        Assert.Equal([(4, State.Available), (3, State.End)], status.Take(2).Select(s => (s.Version, s.State)));
        Assert.Contains("more than 10000 files", status[1].Status.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Change_BackToANumberStillInUse_LeavesItAvailable()
    {
        using var folder = new ModelBase(1, 2);
        await using var server = await ModelServerHost.StartAsync(folder.Path, LookOften);
        var held = server.Catalog.Use(new ModelSpec { Name = "bert" }); // a request that takes its time
        Directory.Move(folder[2], folder.Path + "/away");
        await LogAsync(server, Served, 1);
        Directory.Move(folder.Path + "/away", folder[2]);
        await LogAsync(server, Unloaded, 1);

        held.Release();
        await LogAsync(server, Unloaded, 2);

        Assert.Equal(State.Available, (await StatusAsync(server))[0].State);
        Assert.Equal(2, (await server.PredictAsync(Some.Golden("seed_client"))).ModelSpec.Version);
    }

    [Fact]
    public async Task Start_HighestIsBroken_ServesTheNextAndNamesIt()
    {
        using var folder = new ModelBase(1);
        folder.Add(2, version => Break(version, "half a file"));

        await using var server = await ModelServerHost.StartAsync(folder.Path);

        var status = await StatusAsync(server);
        Assert.Equal([(2, State.End), (1, State.Available)], status.Select(s => (s.Version, s.State)));
    }

    [Fact]
    public async Task Start_NothingToServe_FailsWithTheReasons()
    {
        using var empty = new ModelBase();
        using var broken = new ModelBase();
        broken.Add(1, version => Break(version, "no config"));

        var nothing = await Assert.ThrowsAsync<ModelLoadException>(() => ModelServerHost.StartAsync(empty.Path));
        var bad = await Assert.ThrowsAsync<ModelLoadException>(() => ModelServerHost.StartAsync(broken.Path));
        var file = await Assert.ThrowsAsync<ModelLoadException>(() => ModelServerHost.StartAsync(Path.Combine(broken[1], "vocab.txt")));
        var absent = await Assert.ThrowsAsync<ModelLoadException>(() => ModelServerHost.StartAsync(empty[77]));

        Assert.Contains("expected a folder of numbered versions", nothing.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", bad.Message, StringComparison.Ordinal);
        Assert.EndsWith("vocab.txt: expected a folder, found a file", file.Message, StringComparison.Ordinal);
        Assert.Contains(empty[77], absent.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PlainModelFolder_IsVersionOne()
    {
        await using var server = await ModelServerHost.StartAsync(Repository.Data("tiny-bert"));

        Assert.Equal(1, (await server.PredictAsync(Some.Golden("seed_client"))).ModelSpec.Version);
    }

    [Fact]
    public async Task Change_ManyTimes_FreesTheMemoryOfEachVersion()
    {
        using var folder = new ModelBase(1);
        await using var server = await ModelServerHost.StartAsync(folder.Path, LookOften);
        var versions = new List<WeakReference> { new(server.Catalog.Served!.Model) };

        for (var version = 2; version <= 4; version++)
        {
            folder.Add(version);
            await LogAsync(server, Unloaded, version - 1);
            versions.Add(new WeakReference(server.Catalog.Served!.Model));
        }

        // Native memory went with UnloadAsync, which the log line follows; here nothing must hold on to the rest.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.Equal([false, false, false, true], versions.Select(v => v.IsAlive));
    }

    [Fact]
    public async Task Stop_PatienceEndsBeforeALoad_DoesNotWaitAndWhatIsLoadedIsFreed()
    {
        using var folder = new ModelBase(1);
        var server = await ModelServerHost.StartAsync(
            folder.Path, new Dictionary<string, string?>(LookOften) { [nameof(ModelServerOptions.DrainTimeout)] = "00:00:00" });
        using var load = MeterGate.AfterLoad(server);
        var catalog = server.Catalog;
        folder.Add(2);
        await load.Reached.DefaultTimeout();

        await server.DisposeAsync();
        var before = server.Logs.Lines.Items.Count;
        load.Open();
        await server.Logs.Lines.WhenCount(before + 1).DefaultTimeout();

        Assert.Null(catalog.Served);
        Assert.Equal(
            [(Unloaded, "bert version 2 is unloaded")], server.Logs.Lines.Items.Skip(before).Select(l => (l.Id, l.Message)));
    }

    private static void Break(string version, string how)
    {
        var config = Path.Combine(version, "config.json");
        var weights = Path.Combine(version, "model.safetensors");
        switch (how)
        {
            case "no config":
                File.Delete(config);
                break;
            case "lying config":
                var json = JsonNode.Parse(File.ReadAllText(config))!;
                json["hidden_size"] = "wide";
                File.WriteAllText(config, json.ToJsonString());
                break;
            case "half a file":
                File.WriteAllBytes(weights, File.ReadAllBytes(weights)[..50_000]);
                break;
            case "wrong answers":
                File.WriteAllText(
                    Path.Combine(version, "selftest.json"),
                    """{"weightsSha256":"00","tolerance":0.001,"cases":[]}""");
                break;
            default:
                File.AppendAllLines(Path.Combine(version, "vocab.txt"), ["one", "too", "many"]);
                break;
        }
    }

    private static async Task<List<long>> CallUntilAsync(ModelServerHost server, CancellationToken stop)
    {
        var versions = new List<long>();
        while (!stop.IsCancellationRequested)
        {
            versions.Add((await server.PredictAsync(Some.Golden("seed_client"), CancellationToken.None)).ModelSpec.Version ?? 0);
        }

        return versions;
    }

    private static async Task<IReadOnlyList<ModelVersionStatus>> StatusAsync(ModelServerHost server) =>
        (await server.Channel.CallAsync(
            TensorFlowServingMethods.GetModelStatus,
            new GetModelStatusRequest { ModelSpec = new ModelSpec { Name = "bert" } }).DefaultTimeout()).ModelVersionStatus;

    /// <summary>Waits for a line of the log.</summary>
    private static async Task<string> LogAsync(ModelServerHost server, int id, long? version = null)
    {
        for (var seen = 1; ; seen++)
        {
            await server.Logs.Lines.WhenCount(seen).DefaultTimeout();
            var line = server.Logs.Lines.Items[seen - 1];
            if (line.Id == id && (version is null || line.Message.Contains($"version {version} ", StringComparison.Ordinal)))
            {
                return line.Message;
            }
        }
    }
}
