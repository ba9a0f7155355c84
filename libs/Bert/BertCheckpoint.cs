using Moodstream.Bert.Loading;

namespace Moodstream.Bert;

/// <summary>
/// A Hugging Face BertForSequenceClassification folder, open for reading its weights as they are, a part at a time: for
/// who writes them elsewhere. To compute with them, load a <see cref="BertModel"/>.
/// </summary>
public sealed class BertCheckpoint : IDisposable
{
    private readonly SafetensorsFile _file;

    private BertCheckpoint(ModelFolder folder, BertConfig config, SafetensorsFile file)
    {
        _file = file;
        Name = folder.Name;
        Version = folder.Version;
        Folder = folder.Path;
        Config = config;
        Tensors = ModelTensors.Find(file, config)
            .ToDictionary(t => t.Key, t => new BertTensor(file, t.Key, t.Value), StringComparer.Ordinal);
    }

    /// <summary>Name of the folder; of the base folder where versions are folders below it.</summary>
    public string Name { get; }

    /// <summary>Number of the version folder; 1 where there are none.</summary>
    public long Version { get; }

    /// <summary>Full path of the folder that holds the files.</summary>
    public string Folder { get; }

    /// <summary>The model's shape.</summary>
    public BertConfig Config { get; }

    /// <summary>
    /// All weights by their names in transformers (modeling_bert.py) without the prefix <c>bert.</c> of the encoder,
    /// such as <c>encoder.layer.0.attention.self.query.weight</c>; names and shapes are those that
    /// <see cref="Config"/> implies.
    /// </summary>
    public IReadOnlyDictionary<string, BertTensor> Tensors { get; }

    /// <summary>Opens a model folder; reads its configuration and the list of its tensors, no weights.</summary>
    /// <param name="folder">
    /// A version folder (<c>name/1</c>), a base folder of version folders (the newest is taken), or a plain folder.
    /// </param>
    /// <exception cref="ModelFormatException">The folder holds no model, or one this library does not run.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static BertCheckpoint Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var found = ModelFolder.Find(folder);
        var config = ConfigReader.Read(found.Path);
        var file = SafetensorsFile.Open(found.FindWeights());
        try
        {
            return new BertCheckpoint(found, config, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Closes the weights file; the tensors can no longer be read.</summary>
    public void Dispose() => _file.Dispose();
}
