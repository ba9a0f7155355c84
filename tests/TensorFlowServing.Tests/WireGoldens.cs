using System.Reflection;
using System.Text.Json;
using Google.Protobuf;

namespace Moodstream.TensorFlowServing.Tests;

/// <summary>Messages made with the official TensorFlow and TensorFlow Serving protos (tests/data/tfs-wire).</summary>
internal static class WireGoldens
{
    private static readonly Dictionary<string, MessageParser> Parsers = typeof(Wire.TensorProto).Assembly.GetTypes()
        .Select(t => t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<Google.Protobuf.Reflection.MessageDescriptor>()
        .ToDictionary(d => d.FullName, d => d.Parser);

    /// <summary>The entries of a file.</summary>
    public static IReadOnlyList<WireGolden> Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Data("tfs-wire", file)));
        return [.. json.RootElement.GetProperty("messages").EnumerateArray().Select(e => new WireGolden(e.Clone()))];
    }

    /// <summary>One entry.</summary>
    public static WireGolden Find(string file, string name) => Read(file).Single(g => g.Name == name);

    /// <summary>Whether the trimmed protos have a message.</summary>
    public static bool IsKnown(string message) => Parsers.ContainsKey(message);

    public static IMessage Parse(WireGolden golden) => Parsers[golden.Message].ParseFrom(golden.Bytes);
}

/// <summary>A golden message.</summary>
internal sealed record WireGolden(JsonElement Json)
{
    public string Name => Json.GetProperty("name").GetString()!; // every entry has one

    public string Message => Json.GetProperty("message").GetString()!; // every entry has one

    public byte[] Bytes => Json.GetProperty("base64").GetBytesFromBase64();

    public override string ToString() => Name;
}
