using System.Text.Json;
using System.Text.Json.Serialization;

namespace Moodstream.Contracts;

/// <summary>
/// Times as ISO-8601 in UTC, marked <c>Z</c>, whatever offset they were handed in with. A time without an offset is
/// read as UTC: the platform's own reader would take the time zone of the machine.
/// </summary>
internal sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var written = reader.GetDateTime();
        return written.Kind == DateTimeKind.Unspecified
            ? new DateTimeOffset(written, TimeSpan.Zero)
            : reader.GetDateTimeOffset().ToUniversalTime();
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.UtcDateTime);
}
