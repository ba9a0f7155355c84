using System.Text.Json;
using System.Text.Json.Serialization;

namespace Moodstream.Ingestor.Sources;

/// <summary>Positions as JSON strings.</summary>
internal sealed class SourcePositionConverter : JsonConverter<SourcePosition>
{
    public override SourcePosition Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        // 31 characters hold the longest position; whatever is longer is refused before it is copied.
        if (reader.TokenType == JsonTokenType.String && !reader.HasValueSequence && reader.ValueSpan.Length <= 31)
        {
            Span<char> text = stackalloc char[31];
            if (SourcePosition.TryParse(text[..reader.CopyString(text)], out var position))
            {
                return position;
            }
        }

        throw new JsonException("expected a position such as \"1234\" or \"1234.5\"");
    }

    public override void Write(Utf8JsonWriter writer, SourcePosition value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
