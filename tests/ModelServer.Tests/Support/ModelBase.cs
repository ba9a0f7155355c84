namespace Moodstream.ModelServer.Tests.Support;

/// <summary>A base folder of versions of the tiny model, in a folder of the test's own.</summary>
internal sealed class ModelBase : IDisposable
{
    private static readonly string[] Files = ["config.json", "vocab.txt", "model.safetensors"];

    private readonly TemporaryFolder _folder = new();

    public ModelBase(params long[] versions)
    {
        foreach (var version in versions)
        {
            Add(version);
        }
    }

    public string Path => _folder.Path;

    public string this[long version] => _folder[$"{version}"];

    /// <summary>Puts a version there as one should: under another name first.</summary>
    public void Add(long version, Action<string>? change = null)
    {
        var unfinished = Directory.CreateDirectory(_folder[$"{version}.partial"]).FullName;
        foreach (var file in Files)
        {
            File.Copy(Repository.Data("tiny-bert", file), System.IO.Path.Combine(unfinished, file));
        }

        change?.Invoke(unfinished);
        Directory.Move(unfinished, this[version]);
    }

    public void Dispose() => _folder.Dispose();
}
