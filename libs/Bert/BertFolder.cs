using Moodstream.Bert.Loading;
using Moodstream.Text;

namespace Moodstream.Bert;

/// <summary>
/// A model folder without its weights: what is needed to feed a model that runs elsewhere and to name its classes.
/// Immutable and safe for concurrent use.
/// </summary>
public sealed class BertFolder
{
    private BertFolder(ModelFolder folder, BertConfig config, TextEncoder encoder)
    {
        Name = folder.Name;
        Version = folder.Version;
        Config = config;
        Encoder = encoder;
    }

    /// <summary>Name of the folder; of the base folder where versions are folders below it.</summary>
    public string Name { get; }

    /// <summary>Number of the version folder; 1 where there are none.</summary>
    public long Version { get; }

    /// <summary>The model's shape.</summary>
    public BertConfig Config { get; }

    /// <summary>Labels in the order of the logits.</summary>
    public IReadOnlyList<string> Labels => Config.Labels;

    /// <summary>Most ids a text becomes.</summary>
    public int MaxTokens => Encoder.MaxTokens;

    /// <summary>Text to token ids, as this model was trained.</summary>
    public TextEncoder Encoder { get; }

    /// <summary>Reads config.json and the tokenizer's files; the folder needs no weights.</summary>
    /// <param name="folder">As for <see cref="BertModel.Load"/>.</param>
    /// <exception cref="ModelFormatException">The folder holds no model, or one this library does not run.</exception>
    /// <exception cref="TextFormatException">A file of the tokenizer is not what it must be.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static BertFolder Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var found = ModelFolder.Find(folder);
        var config = ConfigReader.Read(found.Path);
        var maxTokens = ConfigReader.ReadMaxTokens(found.Path, config);
        return new BertFolder(found, config, TextEncoder.Load(found.Path, maxTokens));
    }
}
