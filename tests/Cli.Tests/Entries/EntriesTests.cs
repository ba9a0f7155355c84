using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Moodstream.Cli.Entries;
using Moodstream.Contracts;

namespace Moodstream.Cli.Tests.Entries;

/// <summary><c>dead</c> and <c>rejected</c>, from the command line to a real redis-server.</summary>
public sealed class EntriesTests : IAsyncLifetime, IDisposable
{
    private const string Post =
        """{"id":"p1","source":"sample","text":"late \"again\" 😡","createdAt":"2026-03-14T12:00:00Z","receivedAt":"2026-03-14T12:00:00Z","later":1.50}""";

    private readonly StringWriter _errors = new();
    private readonly MemoryStream _output = new();
    private RedisServer _redis = null!; // made before each test

    private string Output => Encoding.UTF8.GetString(_output.ToArray());

    public async Task InitializeAsync()
    {
        if (RedisServer.IsInstalled)
        {
            _redis = await RedisServer.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_redis is not null)
        {
            await _redis.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _errors.Dispose();
        _output.Dispose();
    }

    [RedisFact]
    public async Task DeadReplay_Entries_GoBackUnchangedAndInOrder()
    {
        var events = Enumerable.Range(0, 250).Select(i => Event($"p{i}", Topics.Raw, Post)).ToList();
        foreach (var e in events)
        {
            await AddAsync(Topics.Dead, "metadata", "{\"a\":\"b\"}", "data", e);
        }

        Assert.Equal(ExitCodes.Ok, await RunAsync("dead", "replay"));

        Assert.Equal("0", await _redis.CliAsync("XLEN", Topics.Dead));
        var moved = await EntriesAsync(Topics.Raw);
        Assert.Equal(events.Select(e => $"metadata\n{{\"a\":\"b\"}}\ndata\n{e}"), moved);
        Assert.Contains("replayed 250 entries of tweets.dead, 0 stay", _errors.ToString(), StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task DeadReplay_OneIdOrALimitOrDry_MovesWhatWasAskedFor()
    {
        foreach (var i in Enumerable.Range(0, 5))
        {
            await AddAsync(Topics.Dead, "data", Event($"p{i}", i == 3 ? Topics.Scored : Topics.Raw, Post));
        }

        Assert.Equal(ExitCodes.Ok, await RunAsync("dead", "replay", "--dry-run"));
        Assert.Contains("would replay 5 entries", _errors.ToString(), StringComparison.Ordinal);
        Assert.Equal("5", await _redis.CliAsync("XLEN", Topics.Dead));

        Assert.Equal(ExitCodes.Ok, await RunAsync("dead", "replay", "--id", "p3", "--id", "p1"));
        Assert.Equal("1", await _redis.CliAsync("XLEN", Topics.Scored));
        Assert.Equal([$"data\n{Event("p1", Topics.Raw, Post)}"], await EntriesAsync(Topics.Raw));

        Assert.Equal(ExitCodes.Ok, await RunAsync("dead", "replay", "--limit", "2"));
        Assert.Equal([$"data\n{Event("p4", Topics.Raw, Post)}"], await EntriesAsync(Topics.Dead));
    }

    [RedisFact]
    public async Task DeadReplay_NoTopicOfOurs_StaysUnlessToldWhere()
    {
        await AddAsync(Topics.Dead, "data", "not JSON");
        await AddAsync(Topics.Dead, "data", Event("p1", "ingestor||lease", Post));
        await AddAsync(Topics.Dead, "data", Event("p2", Topics.Dead, Post));
        await AddAsync(Topics.Dead, "other", "field");

        Assert.Equal(ExitCodes.SomeRejected, await RunAsync("dead", "replay"));
        Assert.Equal("4", await _redis.CliAsync("XLEN", Topics.Dead));
        Assert.Equal("tweets.dead", await _redis.CliAsync("KEYS", "*"));
        Assert.Contains("p1 stays: it says it came from 'ingestor||lease'", _errors.ToString(), StringComparison.Ordinal);

        Assert.Equal(ExitCodes.Ok, await RunAsync("dead", "replay", "--to", Topics.Raw));
        Assert.Equal(4, (await EntriesAsync(Topics.Raw)).Count);
        Assert.Equal(ExitCodes.Usage, await RunAsync("dead", "replay", "--to", "ingestor||lease"));
    }

    [RedisFact]
    public async Task RejectedRequeue_Posts_GoBackAsTheyCame()
    {
        await AddAsync(Topics.Rejected, "data", Rejected("p1", $"\"post\":{Post}"));
        await AddAsync(Topics.Rejected, "data", Rejected("p2", $"\"raw\":\"{Convert.ToBase64String("{\"txet\": 1}"u8)}\""));
        await AddAsync(Topics.Rejected, "data", Rejected("p3", $"\"raw\":\"{Convert.ToBase64String([0xff, 0x00])}\""));
        await AddAsync(Topics.Rejected, "data", "{}");

        Assert.Equal(ExitCodes.SomeRejected, await RunAsync("rejected", "requeue"));

        var back = (await EntriesAsync(Topics.Raw)).Select(e => e.Split('\n')).ToList();
        Assert.Equal(2, back.Count);
        Assert.All(back, e => Assert.Equal(("data", "metadata", "{}"), (e[0], e[2], e[3])));
        var first = JsonNode.Parse(back[0][1])!;
        Assert.Equal(
            ("1.0", "p1", "application/json", Topics.Raw, Components.Messages),
            ((string)first["specversion"]!, (string)first["id"]!, (string)first["datacontenttype"]!, (string)first["topic"]!, (string)first["pubsubname"]!));
        Assert.Contains($"\"data\":{Post}", back[0][1], StringComparison.Ordinal); // to the byte
        Assert.Contains("\"id\":\"p2\"", back[1][1], StringComparison.Ordinal);
        Assert.Contains("\"data\":{\"txet\": 1}", back[1][1], StringComparison.Ordinal);
        Assert.Equal("2", await _redis.CliAsync("XLEN", Topics.Rejected));
        Assert.Contains("p3 stays: what came was no JSON", _errors.ToString(), StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task List_Entries_SaysWhatAndWhyOnALineEach()
    {
        await AddAsync(Topics.Dead, "data", Event("p1", Topics.Raw, """{"text":"a\nb\u001b[31m red"}"""));
        await AddAsync(Topics.Dead, "data", "\u001b]0;title\u0007");

        Assert.Equal(ExitCodes.Ok, await RunAsync("dead", "list"));

        var lines = Output.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ  p1  not handled  tweets\.raw  a b \[31m red$", lines[0]);
        Assert.EndsWith("no CloudEvent  -   ]0;title ", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', Output);
        Assert.Contains("2 of 2 entries of tweets.dead", _errors.ToString(), StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task List_Json_IsAnObjectALine()
    {
        await AddAsync(Topics.Rejected, "data", Rejected("p1", $"\"post\":{Post}"));
        await AddAsync(Topics.Rejected, "data", Rejected("p2", $"\"post\":{Post}"));

        Assert.Equal(ExitCodes.Ok, await RunAsync("rejected", "list", "--json", "--limit", "1"));

        var line = JsonNode.Parse(Assert.Single(Output.TrimEnd().Split('\n')))!;
        Assert.Equal("p1", (string)line["id"]!);
        Assert.Equal("refused: too odd", (string)line["reason"]!);
        Assert.Equal(Topics.Raw, (string)line["topic"]!);
        Assert.Equal("late \"again\" 😡", (string)line["text"]!);
        Assert.True((bool)line["canGoBack"]!);
        Assert.Contains("1 of 2 entries", _errors.ToString(), StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Move_RedisFillsUp_StopsWithTheRestInPlace()
    {
        await AddAsync(Topics.Dead, "data", Event("p1", Topics.Raw, Post));
        await _redis.CliAsync("CONFIG", "SET", "maxmemory", "1");

        Assert.Equal(ExitCodes.Unreadable, await RunAsync("dead", "replay"));

        Assert.Equal("1", await _redis.CliAsync("XLEN", Topics.Dead));
        Assert.Contains("OOM", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("replayed 0 entries", _errors.ToString(), StringComparison.Ordinal);
    }

    [RedisFact]
    public async Task Topic_Empty_IsNoError()
    {
        Assert.Equal(ExitCodes.Ok, await RunAsync("dead", "list"));
        Assert.Equal(ExitCodes.Ok, await RunAsync("rejected", "requeue"));
        Assert.Equal("", Output);
    }

    [Fact]
    public async Task Redis_NotThere_SaysWhereItWasLookedForAndHowToSayWhere()
    {
        var command = EntriesCommand.CreateDead(Terminal());

        var code = await command.Parse(["list", "--redis", "127.0.0.1:1"]).InvokeAsync().DefaultTimeout();

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Contains("redis://127.0.0.1:1", _errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("--redis or MOODSTREAM_REDIS", _errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variable_WithAPassword_IsUsedAndNeverPrinted()
    {
        using var folder = new TemporaryFolder();
        Environment.SetEnvironmentVariable(RedisOption.Variable, "redis://:hushhush@127.0.0.1:1");
        try
        {
            using var help = new MoodstreamProcess(folder.Path, "dead", "list", "--help");
            using var list = new MoodstreamProcess(folder.Path, "dead", "list");

            Assert.DoesNotContain("hushhush", await help.RestAsync(), StringComparison.Ordinal);
            Assert.Equal(ExitCodes.Unreadable, await list.ExitCodeAsync());
            var errors = await list.ErrorsAsync();
            Assert.Contains("redis://127.0.0.1:1", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("hushhush", errors, StringComparison.Ordinal);

            Environment.SetEnvironmentVariable(RedisOption.Variable, "http://hushhush");
            using var wrong = new MoodstreamProcess(folder.Path, "rejected", "requeue");
            Assert.Equal(ExitCodes.Unreadable, await wrong.ExitCodeAsync());
            Assert.StartsWith("moodstream: MOODSTREAM_REDIS: expected HOST", await wrong.ErrorsAsync(), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(RedisOption.Variable, null);
        }
    }

    [Theory]
    [InlineData("dead list --redis http://nowhere")]
    [InlineData("dead list --limit 0")]
    [InlineData("dead replay --to nowhere")]
    [InlineData("rejected replay")]
    public void Parse_WrongLine_IsAUsageError(string line) => Assert.NotEmpty(MoodstreamCommand.Create().Parse(line).Errors);

    private static string Event(string id, string topic, string data) =>
        $$"""{"data":{{data}},"datacontenttype":"application/json","id":"{{id}}","pubsubname":"messages","source":"ingestor","specversion":"1.0","topic":"{{topic}}","type":"t"}""";

    private static string Rejected(string id, string member) => Event(
        id, Topics.Rejected, $$"""{"id":"{{id}}",{{member}},"reason":"refused","detail":"too odd","rejectedAt":"2026-03-14T12:00:00Z"}""");

    private Task<string> AddAsync(string topic, params string[] fields) => _redis.CliAsync(["XADD", topic, "*", .. fields]);

    private async Task<int> RunAsync(string command, params string[] arguments)
    {
        var made = command == "dead" ? EntriesCommand.CreateDead(Terminal()) : EntriesCommand.CreateRejected(Terminal());
        return await made.Parse([.. arguments, "--redis", _redis.Port.ToString(CultureInfo.InvariantCulture).Insert(0, "127.0.0.1:")])
            .InvokeAsync().DefaultTimeout();
    }

    private Terminal Terminal() => new(() => Stream.Null, () => new Kept(_output), _errors, null);

    // Each entry's fields, one a line, without its id.
    private async Task<List<string>> EntriesAsync(string topic)
    {
        var text = await _redis.CliAsync("XRANGE", topic, "-", "+");
        return [.. System.Text.RegularExpressions.Regex.Split(text, @"(?m)^\d{13}-\d+$").Where(e => e.Length > 0).Select(e => e.Trim('\n'))];
    }

    /// <summary>Survives the writer that closes it.</summary>
    private sealed class Kept(MemoryStream kept) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => kept.Length;

        public override long Position { get => kept.Position; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => kept.Write(buffer, offset, count);
    }
}
