using System.Text.Json;
using System.Text.Unicode;

namespace Moodstream.Bert.Loading;

/// <summary>A small JSON object file, read strictly, whose errors name the file and the member.</summary>
internal sealed class JsonFile : IDisposable
{
    /// <summary>Most bytes read: label lists are the largest thing such a file holds.</summary>
    private const long MostBytes = 4 << 20;
    private const int MostActualCharacters = 100;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    private readonly JsonDocument _document;

    private JsonFile(string path, JsonDocument document)
    {
        Path = path;
        _document = document;
    }

    public string Path { get; }

    /// <exception cref="ModelFormatException">Too large, not JSON, or not an object.</exception>
    public static JsonFile Read(string path)
    {
        var bytes = ReadBytes(path);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes, Strict);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is what the parser throws for escapes that are not UTF-16, in names.
            throw new ModelFormatException(path, "the file", "a JSON object", exception.Message, exception);
        }

        var file = new JsonFile(path, document);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            var found = document.RootElement.ValueKind;
            file.Dispose();
            throw new ModelFormatException(path, "$", "an object", found.ToString());
        }

        return file;
    }

    /// <summary>A member that is there and not null.</summary>
    public JsonElement? Find(string name) =>
        _document.RootElement.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>A whole number in a range.</summary>
    public int Integer(string name, int least, int most) =>
        Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)
            && number >= least && number <= most
                ? number
                : throw Unexpected(name, $"a whole number from {least} to {most}");

    /// <summary>Complains of a member.</summary>
    public ModelFormatException Unexpected(string name, string expected) =>
        new(Path, $"$.{name}", expected, Find(name) is { } value ? Cut(value.GetRawText()) : "nothing");

    public void Dispose() => _document.Dispose();

    private static byte[] ReadBytes(string path)
    {
        using var stream = File.OpenRead(path);
        if (stream.Length > MostBytes)
        {
            throw new ModelFormatException(path, "the file", $"at most {MostBytes} bytes", $"{stream.Length}");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Utf8.IsValid(bytes) ? bytes : throw new ModelFormatException(path, "the file", "UTF-8", "other bytes");
    }

    private static string Cut(string text) =>
        text.Length <= MostActualCharacters ? text : string.Concat(text.AsSpan(0, MostActualCharacters), "…");
}
