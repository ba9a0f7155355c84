using System.Text;
using Moodstream.Cli.Score;

namespace Moodstream.Cli.Tests.Score;

public sealed class ScoreResumeTests : IDisposable
{
    private readonly ScoreHarness _score = new();

    public void Dispose() => _score.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task RunAsync_InterruptedAndResumed_GivesTheSameBytes(int batch)
    {
        var inputs = MixedInputs();
        await _score.Run(_score.Options("whole.csv", inputs));

        var interrupted = await InterruptAt(batch, _score.Options("out.csv", inputs));
        var resumed = await _score.Run(_score.Options("out.csv", inputs) with { Resume = true, BatchTokens = 48 });

        Assert.Equal(ExitCodes.Interrupted, interrupted);
        Assert.Equal(ExitCodes.SomeRejected, resumed);
        Assert.Equal(_score.Read("whole.csv"), _score.Read("out.csv"));
        Assert.Equal(_score.Read("whole.csv.rejected.jsonl"), _score.Read("out.csv.rejected.jsonl"));
        Assert.DoesNotContain(_score.Files(), f => f.Contains("partial") || f.Contains("checkpoint"));
    }

    [Fact]
    public async Task RunAsync_InterruptedAgainAndAgain_GivesTheSameBytes()
    {
        var inputs = MixedInputs();
        await _score.Run(_score.Options("whole.jsonl", inputs));

        var parts = 0;
        while (await InterruptAt(3, _score.Options("out.jsonl", inputs) with { Resume = true }) == ExitCodes.Interrupted)
        {
            parts++;
        }

        Assert.True(parts > 2, $"{parts} parts");
        Assert.Equal(_score.Read("whole.jsonl"), _score.Read("out.jsonl"));
        Assert.Equal(_score.Read("whole.jsonl.rejected.jsonl"), _score.Read("out.jsonl.rejected.jsonl"));
    }

    [Fact]
    public async Task RunAsync_KilledWithMoreWrittenThanCheckpointed_GivesTheSameBytes()
    {
        var inputs = MixedInputs();
        await _score.Run(_score.Options("whole.jsonl", inputs));
        await InterruptAt(4, _score.Options("out.jsonl", inputs));
        File.AppendAllText(_score["out.jsonl.partial"], "{\"id\":\"half a li");
        File.AppendAllText(_score["out.jsonl.rejected.jsonl.partial"], "{\"line\":");

        await _score.Run(_score.Options("out.jsonl", inputs) with { Resume = true });

        Assert.Equal(_score.Read("whole.jsonl"), _score.Read("out.jsonl"));
        Assert.Equal(_score.Read("whole.jsonl.rejected.jsonl"), _score.Read("out.jsonl.rejected.jsonl"));
    }

    [Fact]
    public async Task RunAsync_Resumed_SumsUpAllParts()
    {
        var inputs = MixedInputs();
        await _score.Run(_score.Options("whole.jsonl", inputs) with { Json = true });
        var whole = _score.StandardOutput;
        await InterruptAt(4, _score.Options("out.jsonl", inputs));

        await _score.Run(_score.Options("out.jsonl", inputs) with { Resume = true, Json = true });

        Assert.Equal(whole.Replace("whole", "out", StringComparison.Ordinal), _score.StandardOutput);
    }

    [Fact]
    public async Task RunAsync_DiskFull_PresentsNothingAndResumes()
    {
        var inputs = MixedInputs();
        await _score.Run(_score.Options("whole.jsonl", inputs));
        _score.OpenOutput = path => new LimitedStream(File.Open(path, FileMode.OpenOrCreate), 2000);

        var full = await _score.Run(_score.Options("out.jsonl", inputs));
        var files = _score.Files().ToList();
        _score.OpenOutput = null;
        var resumed = await _score.Run(_score.Options("out.jsonl", inputs) with { Resume = true });

        Assert.Equal((ExitCodes.Unreadable, ExitCodes.SomeRejected), (full, resumed));
        Assert.DoesNotContain("out.jsonl", files);
        Assert.Contains($"cannot write {_score["out.jsonl"]}: No space left on device", _score.Error, StringComparison.Ordinal);
        Assert.Contains("go on with --resume", _score.Error, StringComparison.Ordinal);
        Assert.Equal(_score.Read("whole.jsonl"), _score.Read("out.jsonl"));
    }

    [Theory]
    [InlineData("out.jsonl.rejected.jsonl")]
    [InlineData("out.jsonl.rejected.jsonl", "out.jsonl")]
    public async Task RunAsync_DiedBetweenNamingItsFiles_ResumesToTheSameBytes(params string[] named)
    {
        var inputs = MixedInputs();
        await _score.Run(_score.Options("whole.jsonl", inputs));
        var rows = File.ReadLines(_score["whole.jsonl"]).Count();
        var tail = _score.Write("tail.txt", "");
        string[] withTail = [.. inputs, tail];
        await InterruptAtRow(rows, _score.Options("out.jsonl", withTail));
        foreach (var name in named)
        {
            File.Move(_score[$"{name}.partial"], _score[name]);
        }

        var code = await _score.Run(_score.Options("out.jsonl", withTail) with { Resume = true });

        Assert.Equal(ExitCodes.SomeRejected, code);
        Assert.Equal(_score.Read("whole.jsonl"), _score.Read("out.jsonl"));
        Assert.Equal(_score.Read("whole.jsonl.rejected.jsonl"), _score.Read("out.jsonl.rejected.jsonl"));
    }

    [Fact]
    public async Task RunAsync_ResumeOfNothing_StartsAnew()
    {
        var input = _score.Write("in.txt", "good\n");

        var code = await _score.Run(_score.Options("out.jsonl", input) with { Resume = true });

        Assert.Equal(ExitCodes.Ok, code);
        Assert.Single(File.ReadLines(_score["out.jsonl"]));
    }

    [Fact]
    public async Task RunAsync_ResumeOfACompleteRun_SaysSoAndLeavesIt()
    {
        var input = _score.Write("in.txt", "good\n");
        _score.Write("out.jsonl", "complete\n");

        var code = await _score.Run(_score.Options("out.jsonl", input) with { Resume = true });

        Assert.Equal((ExitCodes.Ok, "complete\n"), (code, _score.Read("out.jsonl")));
        Assert.Contains("nothing to resume", _score.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ResumeWithOtherOptions_IsRefusedByName()
    {
        var input = await Interrupted();
        _score.Scorer = new FakeScorer { WeightsHash = "other" };
        File.AppendAllText(input, "more\n");

        var code = await _score.Run(_score.Options("out.jsonl", input) with { Resume = true, TextField = "body" });

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Contains($"cannot resume {_score["out.jsonl"]}: {input} had 2000 bytes, written ", _score.Error, StringComparison.Ordinal);
        Assert.Contains("--text-field was not given and is body", _score.Error, StringComparison.Ordinal);
        Assert.Contains("the model's weights was fake and is other", _score.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ResumeWithOtherInputs_IsRefusedByName()
    {
        var input = await Interrupted();
        var other = _score.Write("other.txt", "a\n");

        var code = await _score.Run(_score.Options("out.jsonl", input, other) with { Resume = true });

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Contains($"the inputs were {input} and are {input}, {other}", _score.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"version\":2,", "has version 2; expected 1")]
    [InlineData("{\"version\":x,", "is no checkpoint")]
    public async Task RunAsync_ResumeFromAnUnknownCheckpoint_IsRefused(string start, string message)
    {
        var input = await Interrupted();
        var checkpoint = _score.Read("out.jsonl.checkpoint");
        _score.Write("out.jsonl.checkpoint", start + checkpoint["{\"version\":1,".Length..]);

        var code = await _score.Run(_score.Options("out.jsonl", input) with { Resume = true });

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Contains(message, _score.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ResumeOfACutPartial_IsRefused()
    {
        var input = await Interrupted();
        _score.Write("out.jsonl.partial", "");

        var code = await _score.Run(_score.Options("out.jsonl", input) with { Resume = true });

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Contains("out.jsonl.partial has 0 bytes, its checkpoint says ", _score.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_InterruptedRunIsThere_IsNotThrownAway()
    {
        var input = await Interrupted();

        var refused = await _score.Run(_score.Options("out.jsonl", input));
        var forced = await _score.Run(_score.Options("out.jsonl", input) with { Force = true });

        Assert.Equal((ExitCodes.Unreadable, ExitCodes.Ok), (refused, forced));
        Assert.Contains("an earlier run was interrupted; go on with --resume, or start over with --force", _score.Error, StringComparison.Ordinal);
        Assert.Equal(200, File.ReadLines(_score["out.jsonl"]).Count());
    }

    private async Task<string> Interrupted()
    {
        var input = _score.Write("in.txt", string.Concat(Enumerable.Range(100, 200).Select(i => $"some {i,4}\n")));
        Assert.Equal(ExitCodes.Interrupted, await InterruptAt(4, _score.Options("out.jsonl", input)));
        return input;
    }

    private async Task<int> InterruptAt(int batch, ScoreOptions options)
    {
        using var source = new CancellationTokenSource();
        _score.Scorer = new FakeScorer { OnScore = call => CancelAt(call == batch, source) };
        var code = await _score.Run(options, source.Token);
        _score.Scorer = new FakeScorer();
        return code;
    }

    // Stops a run that has everything written but its end: what comes last is a post of its own, never scored.
    private async Task InterruptAtRow(int rows, ScoreOptions options)
    {
        Assert.True(rows > 0);
        await _score.Run(options with { Force = true });
        var scores = new FileInfo(_score["out.jsonl"]);
        var rejected = new FileInfo(_score["out.jsonl.rejected.jsonl"]);
        var run = RunIdentity.Of([.. options.Inputs.Select(ScoreInput.Of)], options, _score.Scorer);
        new ScoreCheckpoint
        {
            Version = ScoreCheckpoint.CurrentVersion,
            Run = run,
            Next = new InputPosition(options.Inputs.Count - 1, default),
            OutputBytes = scores.Length,
            RejectedBytes = rejected.Length,
            Tally = new ScoreTally { Posts = rows, Rejected = File.ReadLines(rejected.FullName).Count() },
        }.Save(_score["out.jsonl.checkpoint"]);
        scores.MoveTo(_score["out.jsonl.partial"]);
        rejected.MoveTo(_score["out.jsonl.rejected.jsonl.partial"]);
    }

    private static void CancelAt(bool now, CancellationTokenSource source)
    {
        if (now)
        {
            source.Cancel();
        }
    }

    private string[] MixedInputs()
    {
        var page = string.Join(',', Enumerable.Range(0, 30).Select(i => i % 7 == 3 ? "{}" : $"{{\"id\":\"{i}\",\"text\":\"tweet {i}\"}}"));
        var lines = new StringBuilder("id,text\n");
        for (var i = 0; i < 60; i++)
        {
            lines.Append(i % 11 == 5 ? $"{i}\n" : $"{i},\"row {i},\nsecond line\"\n");
        }

        return
        [
            _score.Write("in.jsonl", $"{{\"data\":[{page}]}}\n{{\"data\":[{page}]}}\n"),
            _score.Write("in.csv", lines.ToString()),
            _score.Write("in.txt", string.Concat(Enumerable.Range(0, 40).Select(i => $"line {i}\n"))),
        ];
    }
}
