using System.Text.Json;

namespace Moodstream.Text.Files;

/// <summary>A value of a JSON file that knows where it stands, so that it can be refused by name and value.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Path">Path of the value, such as <c>$.normalizer.type</c>.</param>
/// <param name="Value">The value; undefined where the file has none.</param>
internal readonly record struct JsonPlace(string File, string Path, JsonElement Value)
{
    private const int MaxShown = 60;

    public bool IsNull => Value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    /// <summary>A property; null where it is absent.</summary>
    public JsonPlace this[string name] =>
        new(File, $"{Path}.{name}", MustBeObject().Value.TryGetProperty(name, out var value) ? value : default);

    /// <summary>Reads a file that holds an object.</summary>
    /// <exception cref="TextFormatException">It does not, or it is larger than allowed.</exception>
    public static JsonPlace Read(string path, int maxBytes)
    {
        try
        {
            using var document = JsonDocument.Parse(Utf8File.Read(path, maxBytes));
            return new JsonPlace(path, "$", document.RootElement.Clone()).MustBeObject();
        }
        catch (JsonException e)
        {
            throw new TextFormatException(
                path, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine}", "JSON", e.Message, e);
        }
    }

    /// <summary>The elements of an array.</summary>
    public IEnumerable<JsonPlace> Elements()
    {
        if (Value.ValueKind != JsonValueKind.Array)
        {
            throw Refuse("an array");
        }

        var (file, path) = (File, Path);
        return Value.EnumerateArray().Select((value, i) => new JsonPlace(file, $"{path}[{i}]", value));
    }

    /// <summary>The properties of an object and their names.</summary>
    public IEnumerable<(string Name, JsonPlace Place)> Properties()
    {
        foreach (var property in MustBeObject().Value.EnumerateObject())
        {
            string name;
            try
            {
                name = property.Name;
            }
            catch (InvalidOperationException e)
            {
                throw new TextFormatException(
                    File, Path, "names in Unicode", "a lone surrogate", e);
            }

            yield return (name, new JsonPlace(File, $"{Path}.{name}", property.Value));
        }
    }

    /// <summary>Refuses every property but these.</summary>
    public void MustHaveOnly(params ReadOnlySpan<string> names)
    {
        foreach (var (name, place) in Properties())
        {
            if (!names.Contains(name))
            {
                throw place.Refuse($"only {string.Join(", ", names)}");
            }
        }
    }

    /// <summary>Refuses every value but these.</summary>
    /// <param name="allowed">As JSON; <c>null</c> also allows an absent property.</param>
    public void MustBe(params ReadOnlySpan<string> allowed)
    {
        if (!allowed.Contains(Shown()))
        {
            throw Refuse(string.Join(" or ", allowed));
        }
    }

    public string Text()
    {
        try
        {
            return Value.ValueKind == JsonValueKind.String && Value.GetString() is { } text
                ? text
                : throw Refuse("a string");
        }
        catch (InvalidOperationException e)
        {
            throw new TextFormatException(File, Path, "Unicode", "a lone surrogate", e);
        }
    }

    public int Id() =>
        Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var id) && id is >= 0 and < int.MaxValue
            ? id
            : throw Refuse("an id of 0 or more");

    public TextFormatException Refuse(string expected)
    {
        var shown = Shown();
        return new TextFormatException(File, Path, expected, shown.Length > MaxShown ? $"{shown[..MaxShown]}…" : shown);
    }

    private string Shown() => IsNull ? "null" : Value.GetRawText();

    private JsonPlace MustBeObject() => Value.ValueKind == JsonValueKind.Object ? this : throw Refuse("an object");
}
