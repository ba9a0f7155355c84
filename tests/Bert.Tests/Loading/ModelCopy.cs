using System.Text.Json.Nodes;
using Moodstream.Bert.Tests.Golden;

namespace Moodstream.Bert.Tests.Loading;

/// <summary>A copy of the tiny model that a test may spoil.</summary>
internal sealed class ModelCopy : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ModelCopy()
    {
        foreach (var file in new[] { "config.json", "vocab.txt", "model.safetensors" })
        {
            File.Copy(Path.Combine(TinyBert.Folder, file), _folder[file]);
        }
    }

    public string Folder => _folder.Path;

    public string Weights => _folder["model.safetensors"];

    public string Config => _folder["config.json"];

    public string this[string name] => _folder[name];

    /// <summary>Sets a member of config.json; "absent" removes it.</summary>
    public void SetConfig(string member, string json)
    {
        var config = JsonNode.Parse(File.ReadAllText(Config))!.AsObject();
        config.Remove(member);
        if (json != "absent")
        {
            config[member] = JsonNode.Parse(json);
        }

        File.WriteAllText(Config, config.ToJsonString());
    }

    public ModelFormatException Refusal() => Assert.Throws<ModelFormatException>(() => BertModel.Load(Folder));

    public void Dispose() => _folder.Dispose();
}
