using System.Text;
using Moodstream.Cli.Export;

namespace Moodstream.Cli.Tests.Export;

public sealed class ExportRunTests : IDisposable
{
    private static readonly string Tiny = Repository.Data("tiny-bert");

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryStream _output = new();
    private readonly StringWriter _error = new();

    private string Output => Encoding.UTF8.GetString(_output.ToArray());

    [Fact]
    public async Task Run_VersionFolder_WritesItAndSaysHowToServeIt()
    {
        var code = await RunAsync(new ExportOptions { Model = Tiny, Output = _folder["bert/3"] });

        var file = _folder["bert/3/saved_model.pb"];
        Assert.Equal((ExitCodes.Ok, ""), (code, _error.ToString()));
        Assert.True(File.Exists(file));
        Assert.True(File.Exists(_folder["bert/3/assets.extra/tf_serving_warmup_requests"]));
        Assert.Equal(
            $"{file}: 0.1 MB, 201 nodes, weights in float32, signatures bert_predictions and serving_default", Output.Split('\n')[0]);
        Assert.Contains(
            $"docker run -p 8500:8500 -p 8501:8501 --mount type=bind,source={_folder["bert"]},target=/models/bert -e MODEL_NAME=bert tensorflow/serving",
            Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FolderWithoutANumber_MakesVersionOneAndSaysSo()
    {
        var code = await RunAsync(new ExportOptions { Model = Tiny, Output = _folder["bert"] + Path.DirectorySeparatorChar });

        Assert.Equal(ExitCodes.Ok, code);
        Assert.True(File.Exists(_folder["bert/1/saved_model.pb"]));
        Assert.Contains("no version number", _error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"source={_folder["bert"]},", Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Half_IsSmallerAndSaysSo()
    {
        await RunAsync(new ExportOptions { Model = Tiny, Output = _folder["1"] });
        await RunAsync(new ExportOptions { Model = Tiny, Output = _folder["2"], HalfPrecision = true });

        Assert.Contains("weights in float16", Output, StringComparison.Ordinal);
        Assert.True(new FileInfo(_folder["2/saved_model.pb"]).Length < new FileInfo(_folder["1/saved_model.pb"]).Length * 0.75);
    }

    [Fact]
    public async Task Run_ModelIsThere_IsRefusedUnlessForced()
    {
        Directory.CreateDirectory(_folder["1"]);
        File.WriteAllText(_folder["1/saved_model.pb"], "precious");
        var options = new ExportOptions { Model = Tiny, Output = _folder["1"] };

        Assert.Equal(ExitCodes.Unreadable, await RunAsync(options));
        Assert.Contains("--force", _error.ToString(), StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(_folder["1/saved_model.pb"]));

        Assert.Equal(ExitCodes.Ok, await RunAsync(options with { Force = true }));
        Assert.NotEqual(8, new FileInfo(_folder["1/saved_model.pb"]).Length);
    }

    [Fact]
    public async Task Run_NoModel_IsUnreadableByName()
    {
        var code = await RunAsync(new ExportOptions { Model = _folder["none"], Output = _folder["1"] });

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Contains("no such folder", _error.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["1"]));
    }

    [Fact]
    public async Task Run_OutputBelowAFile_CannotBeWritten()
    {
        File.WriteAllText(_folder["file"], "");

        var code = await RunAsync(new ExportOptions { Model = Tiny, Output = _folder["file/1"] });

        Assert.Equal(ExitCodes.Unreadable, code);
        Assert.Contains(_folder["file/1"], _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FixedLengthBeyondThePositions_IsAUsageError()
    {
        var code = await RunAsync(new ExportOptions { Model = Tiny, Output = _folder["1"], FixedLength = 65 });

        Assert.Equal(ExitCodes.Usage, code);
        Assert.Contains("--fixed-length is 65; expected at most 64", _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Interrupted_LeavesNothing()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        var code = await RunAsync(new ExportOptions { Model = Tiny, Output = _folder["1"] }, cancellation.Token);

        Assert.Equal(ExitCodes.Interrupted, code);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void ServeCommand_PathWithSpacesAndQuotes_IsQuotedForTheShell()
    {
        var folder = VersionFolder.Of("/my models/bob's/4");

        Assert.Contains(@"--mount 'type=bind,source=/my models/bob'\''s,target=/models/bert' ", folder.ServeCommand(), StringComparison.Ordinal);
    }

    [Fact]
    public void ServeCommand_IsTheOneInTheDocumentation()
    {
        var command = VersionFolder.Of("/home/out/bert/1").ServeCommand().Replace("/home", "$(pwd)", StringComparison.Ordinal);

        Assert.Contains(command, File.ReadAllText(Path.Combine(Repository.Root, "docs", "savedmodel.md")), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    private Task<int> RunAsync(ExportOptions options, CancellationToken cancellationToken = default) =>
        new ExportRun(options, new Terminal(() => Stream.Null, () => new KeptStream(_output), _error, Display: null))
            .RunAsync(cancellationToken).DefaultTimeout();

    /// <summary>Standard output, which a command closes and another opens again.</summary>
    private sealed class KeptStream(MemoryStream target) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => target.Write(buffer);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            target.WriteAsync(buffer, cancellationToken);
    }
}
