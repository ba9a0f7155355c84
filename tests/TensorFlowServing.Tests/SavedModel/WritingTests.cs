using Moodstream.Bert;
using Moodstream.TensorFlowServing.SavedModel;

namespace Moodstream.TensorFlowServing.Tests.SavedModel;

/// <summary>What is on the disk before, while and after a model is written.</summary>
public sealed class WritingTests
{
    private static readonly string[] Files = [BertSavedModel.WarmUpFile, BertSavedModel.ModelFile];

    [Fact]
    public void Write_Twice_GivesTheSameBytes()
    {
        using var folder = new TemporaryFolder();
        Export.Write(TinyBert.Folder, folder["1"]);
        Export.Write(TinyBert.Folder, folder["2"]);

        Assert.All(Files, f => Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder["1"], f)), File.ReadAllBytes(Path.Combine(folder["2"], f))));
    }

    [Fact]
    public void Write_NewFolder_LeavesTheTwoFilesAndNothingElse()
    {
        using var folder = new TemporaryFolder();

        Export.Write(TinyBert.Folder, folder["base/7"]);

        Assert.Equal(Files.Order(), Tree(folder["base/7"]));
        Assert.Equal([folder["base/7"]], Directory.GetFileSystemEntries(folder["base"]));
    }

    [Fact]
    public void Write_WhileItGoesOn_NoServerSeesTheVersion()
    {
        using var folder = new TemporaryFolder();
        using var checkpoint = BertCheckpoint.Open(TinyBert.Folder);
        var reports = new List<(long Bytes, string[] Entries)>();

        new BertSavedModel(checkpoint, new BertSavedModelOptions()).Write(
            folder["1"], progress: new Reports(b => reports.Add((b, Directory.GetFileSystemEntries(folder.Path)))));

        Assert.All(reports, r => Assert.Equal([folder["1.partial"]], r.Entries));
        Assert.Equal(new FileInfo(Path.Combine(folder["1"], BertSavedModel.ModelFile)).Length, reports[^1].Bytes);
        Assert.Equal(reports.Select(r => r.Bytes).Order(), reports.Select(r => r.Bytes));
    }

    [Fact]
    public void Write_ModelIsThere_IsRefusedAndLeavesIt()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["1"]);
        File.WriteAllText(Path.Combine(folder["1"], BertSavedModel.ModelFile), "precious");

        var error = Assert.Throws<IOException>(() => Export.Write(TinyBert.Folder, folder["1"]));

        Assert.Contains(BertSavedModel.ModelFile, error.Message, StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(Path.Combine(folder["1"], BertSavedModel.ModelFile)));
        Assert.False(Directory.Exists(folder["1.partial"]));
    }

    [Fact]
    public void Write_OverwriteInAFolderWithOtherFiles_ReplacesTheTwoAndKeepsTheRest()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["1"]);
        File.WriteAllText(Path.Combine(folder["1"], BertSavedModel.ModelFile), "old");
        File.WriteAllText(Path.Combine(folder["1"], "README.md"), "kept");
        using var checkpoint = BertCheckpoint.Open(TinyBert.Folder);

        new BertSavedModel(checkpoint, new BertSavedModelOptions()).Write(folder["1"], overwrite: true);

        Assert.Equal([.. Files.Append("README.md").Order()], Tree(folder["1"]));
        Assert.Equal(Export.Bytes(TinyBert.Folder), File.ReadAllBytes(Path.Combine(folder["1"], BertSavedModel.ModelFile)));
    }

    [Fact]
    public void Write_OverAFile_IsRefused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["1"], "a file");

        Assert.Throws<IOException>(() => Export.Write(TinyBert.Folder, folder["1"]));

        Assert.Equal("a file", File.ReadAllText(folder["1"]));
    }

    [Fact]
    public void Write_Cancelled_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        using var checkpoint = BertCheckpoint.Open(TinyBert.Folder);
        var model = new BertSavedModel(checkpoint, new BertSavedModelOptions());

        Assert.ThrowsAny<OperationCanceledException>(() => model.Write(
            folder["1"], progress: new Reports(b => Cancel(b, model.Length / 2, cancellation)), cancellationToken: cancellation.Token));

        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_BadWeightBehindGoodOnes_LeavesTheOldModel()
    {
        using var folder = new TemporaryFolder();
        using var model = new ModelFolder(TinyBert.Folder);
        model.ChangeWeights((name, _, value) => name == "classifier.weight" ? float.NaN : value);
        Directory.CreateDirectory(folder["1"]);
        File.WriteAllText(Path.Combine(folder["1"], BertSavedModel.ModelFile), "old");
        using var checkpoint = BertCheckpoint.Open(model.Path);

        var error = Assert.Throws<ModelFormatException>(
            () => new BertSavedModel(checkpoint, new BertSavedModelOptions()).Write(folder["1"], overwrite: true));

        Assert.Equal("classifier.weight, element 0", error.Where);
        Assert.Equal([BertSavedModel.ModelFile], Tree(folder["1"]));
        Assert.Equal([folder["1"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_WeightTooGreatForHalves_IsRefusedByPlace()
    {
        using var model = new ModelFolder(TinyBert.Folder);
        model.ChangeWeights((name, _, value) => name == "bert.pooler.dense.weight" ? 70000 : value);

        var error = Assert.Throws<ModelFormatException>(
            () => Export.Bytes(model.Path, new BertSavedModelOptions { HalfPrecision = true }));

        Assert.Equal("bert.pooler.dense.weight, element 0", error.Where);
        Assert.NotEmpty(Export.Bytes(model.Path));
    }

    [Fact]
    public void Write_AfterAnInterruptedRun_RemovesWhatThatLeft()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["1.partial"]);
        File.WriteAllText(folder["1.partial/half"], "half a model");

        Export.Write(TinyBert.Folder, folder["1"]);

        Assert.Equal(Files.Order(), Tree(folder["1"]));
    }

    [Fact]
    public void Write_LargeModel_TakesLittleMemory()
    {
        const long Bound = 2 << 20;
        using var model = new ModelFolder(new ModelShape { Vocabulary = 400_000 }, isZero: true);
        using var folder = new TemporaryFolder();
        using var checkpoint = BertCheckpoint.Open(model.Path);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var savedModel = new BertSavedModel(checkpoint, new BertSavedModelOptions());
        savedModel.Write(folder["1"]);

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(savedModel.Length > 15 * Bound, $"{savedModel.Length} bytes");
        Assert.True(allocated < Bound, $"{allocated} bytes allocated for {savedModel.Length}");
    }

    [Theory]
    [InlineData(11_180_000, true)]
    [InlineData(11_190_000, false)]
    public void Create_BeyondTwoGibibytes_IsRefusedBeforeAnythingIsWritten(int vocabulary, bool fits)
    {
        // 48 x 4 bytes a row, and 2,147,483,647 at most.
        using var model = new ModelFolder(new ModelShape { Vocabulary = vocabulary, Hidden = 48 }, isZero: true);
        using var checkpoint = BertCheckpoint.Open(model.Path);

        var error = Record.Exception(() => new BertSavedModel(checkpoint, new BertSavedModelOptions()));

        if (fits)
        {
            Assert.Null(error);
        }
        else
        {
            Assert.Contains("2,147,483,647 bytes", Assert.IsType<ModelFormatException>(error).Expected, StringComparison.Ordinal);
        }
    }

    private static void Cancel(long written, long at, CancellationTokenSource cancellation)
    {
        if (written >= at)
        {
            cancellation.Cancel();
        }
    }

    private static IEnumerable<string> Tree(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f)).Order();

    private sealed class Reports(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
