using System.Text.Json;

namespace Moodstream.ModelServer.Rest;

/// <summary>Bytes in JSON: an object whose one member is <c>b64</c>, a string.</summary>
internal static class JsonBase64
{
    /// <summary>Whether such an object begins here.</summary>
    /// <param name="reader">At its first token; a copy, so that the caller's stays there.</param>
    public static bool IsObject(Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.StartObject
        && reader.Read() && reader.TokenType is JsonTokenType.PropertyName && reader.ValueTextEquals("b64"u8)
        && reader.Read() && reader.TokenType is JsonTokenType.String
        && reader.Read() && reader.TokenType is JsonTokenType.EndObject;
}
