using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Moodstream.Contracts;

/// <summary>
/// An enum by exactly the labels of its members. The platform's converter also takes numbers and lists such as
/// <c>"neutral,positive"</c>, which give values that no member has.
/// </summary>
/// <typeparam name="TEnum">Its members carry a <see cref="JsonStringEnumMemberNameAttribute"/> each.</typeparam>
internal sealed class ClosedSetConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    private static readonly (TEnum Value, JsonEncodedText Label)[] Members =
    [
        .. typeof(TEnum).GetFields(BindingFlags.Public | BindingFlags.Static).Select(member => (
            (TEnum)member.GetValue(null)!, // an enum's static fields are its members, never null
            JsonEncodedText.Encode(member.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? member.Name))),
    ];

    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (var (value, label) in Members)
            {
                if (reader.ValueTextEquals(label.EncodedUtf8Bytes))
                {
                    return value;
                }
            }
        }

        throw new JsonException(
            $"{typeof(TEnum).Name}: expected one of {string.Join(", ", Members.Select(m => m.Label))}, got {Shown(ref reader)}");
    }

    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options)
    {
        foreach (var (member, label) in Members)
        {
            if (EqualityComparer<TEnum>.Default.Equals(member, value))
            {
                writer.WriteStringValue(label);
                return;
            }
        }

        throw new JsonException($"{typeof(TEnum).Name}: no member has the value {value}");
    }

    private static string Shown(ref Utf8JsonReader reader)
    {
        const int MostCharacters = 40;
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return text is null ? $"a {reader.TokenType}"
            : text.Length > MostCharacters ? $"'{text[..MostCharacters]}…'"
            : $"'{text}'";
    }
}
