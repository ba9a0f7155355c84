using System.Text.Json;

namespace Moodstream.Tests.Support;

/// <summary>A message made with the official TensorFlow and TensorFlow Serving protos (tests/data/tfs-wire).</summary>
/// <param name="Json">Its entry: name, message, note, base64, json and more.</param>
public sealed record WireGolden(JsonElement Json)
{
    /// <summary>Its name in the file.</summary>
    public string Name => Json.GetProperty("name").GetString()!; // every entry has one

    /// <summary>Full name of the message's type.</summary>
    public string Message => Json.GetProperty("message").GetString()!; // every entry has one

    /// <summary>The message as it goes over the wire.</summary>
    public byte[] Bytes => Json.GetProperty("base64").GetBytesFromBase64();

    /// <summary>The entries of a file.</summary>
    public static IReadOnlyList<WireGolden> Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("tfs-wire", file)));
        return [.. json.RootElement.GetProperty("messages").EnumerateArray().Select(e => new WireGolden(e.Clone()))];
    }

    /// <summary>One entry.</summary>
    public static WireGolden Find(string file, string name) => Read(file).Single(g => g.Name == name);

    /// <inheritdoc />
    public override string ToString() => Name;
}
