using System.Text.Json;
using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Loading;

/// <summary>
/// The JSON header of a safetensors file: <c>{"name": {"dtype": "F16", "shape": [2, 3], "data_offsets": [0, 12]}, …}</c>
/// with an optional <c>"__metadata__": {"key": "value", …}</c>, padded with spaces. Nothing in it is believed.
/// </summary>
/// <remarks>
/// The rules are those of the reference implementation (huggingface/safetensors, <c>Metadata::validate</c>): names are
/// unique, and the tensors cover the bytes after the header exactly, without a gap or an overlap.
/// </remarks>
internal static class SafetensorsHeader
{
    private const string MetadataName = "__metadata__";
    private const int MostDimensions = 8;
    private const int MostNameCharacters = 100;

    /// <summary>Parses a header.</summary>
    /// <param name="file">Name for the errors.</param>
    /// <param name="header">The header's bytes.</param>
    /// <param name="dataBytes">Bytes of the file that follow the header.</param>
    /// <returns>The tensors by name.</returns>
    /// <exception cref="ModelFormatException">A rule is broken.</exception>
    public static Dictionary<string, TensorEntry> Parse(string file, ReadOnlySpan<byte> header, long dataBytes)
    {
        if (header.IsEmpty || header[0] != '{')
        {
            throw new ModelFormatException(file, "the header", "'{' as its first byte", "something else");
        }

        var tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(header, new JsonReaderOptions { MaxDepth = 4 });
            reader.Read();
            ReadTensors(file, ref reader, tensors);
            while (reader.Read())
            {
                // Only white space may follow; anything else throws.
            }
        }
        catch (JsonException exception)
        {
            throw new ModelFormatException(file, "the header", "JSON", exception.Message, exception);
        }
        catch (InvalidOperationException exception)
        {
            // What the reader throws for text that is not UTF-8 or not UTF-16 once unescaped.
            throw new ModelFormatException(file, "the header", "UTF-8", exception.Message, exception);
        }

        RequireExactCover(file, tensors.Values, dataBytes);
        return tensors;
    }

    private static void ReadTensors(string file, ref Utf8JsonReader reader, Dictionary<string, TensorEntry> tensors)
    {
        var metadataSeen = false;
        while (NextName(ref reader, out var name))
        {
            reader.Read();
            if (name == MetadataName)
            {
                Require(!metadataSeen, file, name, "at most one", "another");
                metadataSeen = true;
                ReadMetadata(file, ref reader);
                continue;
            }

            var tensor = ReadTensor(file, name, ref reader);
            Require(tensors.TryAdd(name, tensor), file, Cut(name), "a name that occurs once", "it again");
        }
    }

    private static void ReadMetadata(string file, ref Utf8JsonReader reader)
    {
        RequireToken(file, MetadataName, reader.TokenType, JsonTokenType.StartObject);
        while (NextName(ref reader, out _))
        {
            reader.Read();
            RequireToken(file, MetadataName, reader.TokenType, JsonTokenType.String);
        }
    }

    private static TensorEntry ReadTensor(string file, string name, ref Utf8JsonReader reader)
    {
        var where = Cut(name);
        RequireToken(file, where, reader.TokenType, JsonTokenType.StartObject);
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (NextName(ref reader, out var member))
        {
            reader.Read();
            switch (member)
            {
                case "dtype" when type is null:
                    RequireToken(file, where, reader.TokenType, JsonTokenType.String);
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(file, where, ref reader);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(file, where, ref reader);
                    break;
                default:
                    throw new ModelFormatException(file, where, "dtype, shape and data_offsets, once each", Cut(member));
            }
        }

        Require(type is not null && shape is not null && offsets is { Length: 2 }, file, where,
            "dtype, shape and two data_offsets", "less or more");
        var entry = new TensorEntry(name, type!, shape!, offsets![0], offsets[1]); // required just above
        RequireSize(file, entry);
        return entry;
    }

    private static void RequireSize(string file, TensorEntry entry)
    {
        var where = Cut(entry.Name);
        long bytes = TensorType.Bytes(entry.Type);
        Require(bytes > 0, file, where, "a dtype of whole bytes", Cut(entry.Type));
        Require(entry.Begin <= entry.End, file, where, "data_offsets in order", $"[{entry.Begin}, {entry.End}]");
        try
        {
            foreach (var dimension in entry.Shape)
            {
                bytes = checked(bytes * dimension);
            }
        }
        catch (OverflowException exception)
        {
            throw new ModelFormatException(file, where, "a size in 64 bits", entry.ShapeText, exception);
        }

        Require(bytes == entry.End - entry.Begin, file, where,
            $"{bytes} bytes for {entry.Type} {entry.ShapeText}", $"{entry.End - entry.Begin}");
    }

    private static void RequireExactCover(string file, IEnumerable<TensorEntry> tensors, long dataBytes)
    {
        long end = 0;
        foreach (var tensor in tensors.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            Require(tensor.Begin == end, file, Cut(tensor.Name), $"data from byte {end}", $"from {tensor.Begin}");
            end = tensor.End;
        }

        Require(end == dataBytes, file, "the data", $"{end} bytes after the header", $"{dataBytes}");
    }

    private static bool NextName(ref Utf8JsonReader reader, out string name)
    {
        reader.Read();
        name = reader.TokenType == JsonTokenType.PropertyName ? reader.GetString()! : ""; // a name is never null
        return reader.TokenType == JsonTokenType.PropertyName;
    }

    private static long[] ReadNumbers(string file, string where, ref Utf8JsonReader reader)
    {
        RequireToken(file, where, reader.TokenType, JsonTokenType.StartArray);
        var numbers = new List<long>(2);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            RequireToken(file, where, reader.TokenType, JsonTokenType.Number);
            Require(reader.TryGetInt64(out var number) && number >= 0, file, where, "whole numbers from 0", "another number");
            Require(numbers.Count < MostDimensions, file, where, $"at most {MostDimensions} numbers", "more");
            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static void RequireToken(string file, string where, JsonTokenType actual, JsonTokenType expected) =>
        Require(actual == expected, file, where, expected.ToString(), actual.ToString());

    private static void Require(bool condition, string file, string where, string expected, string actual)
    {
        if (!condition)
        {
            throw new ModelFormatException(file, where, expected, actual);
        }
    }

    private static string Cut(string text) =>
        text.Length <= MostNameCharacters ? text : string.Concat(text.AsSpan(0, MostNameCharacters), "…");
}
