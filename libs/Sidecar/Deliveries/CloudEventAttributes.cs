using System.Text.Json;

namespace Moodstream.Sidecar.Deliveries;

/// <summary>
/// The attributes of one CloudEvent that matter here
/// (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md). Others may be there and be anything.
/// </summary>
internal ref struct CloudEventAttributes
{
    // Also those nobody here reads: a number in one of them means that somebody else wrote the event.
    private static readonly string[] Texts =
    [
        "id", "source", "specversion", "type", "datacontenttype", "subject", "time", "topic", "pubsubname", "traceid",
        "traceparent", "tracestate",
    ];

    private uint _seen;
    private bool _hasSource;
    private bool _hasType;
    private bool _hasVersion;
    private bool _hasData;

    /// <summary>The event's id, as soon as it was read, whatever is wrong with the rest; else null.</summary>
    public string? Id { get; private set; }

    /// <summary>Where its data is.</summary>
    public Range Data { get; private set; }

    /// <summary>Reads to the end.</summary>
    /// <returns>The first thing wrong with it; null when nothing is.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A text in it is no UTF-8.</exception>
    public string? Read(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            return $"expected an object, got a {reader.TokenType}";
        }

        string? fault = null;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            // All are read, so that an id that comes after a fault is found.
            fault = ReadMember(ref reader) is { } found ? fault ?? found : fault;
        }

        while (reader.Read())
        {
            // Throws where something follows the object.
        }

        return fault;
    }

    /// <summary>The first thing that an event of ours has and this one has not; null when it has all.</summary>
    public readonly string? Missing() => this switch
    {
        { Id: null } => "id: expected text, got none",
        { _hasSource: false } => "source: expected text, got none",
        { _hasType: false } => "type: expected text, got none",
        { _hasVersion: false } => "specversion: expected 1.0, got none",
        { _hasData: false } => "data: expected JSON, got none",
        _ => null,
    };

    private string? ReadMember(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < Texts.Length; i++)
        {
            if (reader.ValueTextEquals(Texts[i]))
            {
                reader.Read();
                return Repeated(i) ?? ReadText(ref reader, Texts[i]);
            }
        }

        var isData = reader.ValueTextEquals("data"u8);
        var isBytes = !isData && reader.ValueTextEquals("data_base64"u8);
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        if (isData)
        {
            _hasData = true;
            Data = start..(int)reader.BytesConsumed;
            return Repeated(Texts.Length);
        }

        return isBytes ? "data_base64: expected data, as JSON" : null;
    }

    private string? ReadText(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType is not JsonTokenType.String)
        {
            var came = reader.TokenType;
            reader.Skip();
            return $"{name}: expected text, got a {came}";
        }

        switch (name)
        {
            case "id":
                return ReadId(ref reader);
            case "source":
                _hasSource = true;
                return reader.ValueSpan.IsEmpty ? "source: expected text, got none" : null;
            case "type":
                _hasType = true;
                return reader.ValueSpan.IsEmpty ? "type: expected text, got none" : null;
            case "specversion":
                _hasVersion = true;
                return reader.ValueTextEquals("1.0"u8) ? null : "specversion: expected 1.0";
            case "datacontenttype":
                return IsJson(reader.GetString()!) ? null : "datacontenttype: expected application/json"; // is a string
            default:
                return null;
        }
    }

    private string? ReadId(ref Utf8JsonReader reader)
    {
        // An escaped character takes at most six bytes; a longer one is not worth a string.
        if (reader.ValueSpan.IsEmpty || reader.ValueSpan.Length > 6 * CloudEventReader.MostIdCharacters
            || reader.GetString() is not { Length: <= CloudEventReader.MostIdCharacters } id)
        {
            return $"id: expected text of 1 to {CloudEventReader.MostIdCharacters} characters";
        }

        Id ??= id;
        return null;
    }

    private string? Repeated(int attribute)
    {
        var bit = 1u << attribute;
        var isRepeated = (_seen & bit) != 0;
        _seen |= bit;
        return isRepeated ? $"{(attribute < Texts.Length ? Texts[attribute] : "data")}: expected once" : null;
    }

    private static bool IsJson(string mediaType)
    {
        var name = mediaType.AsSpan().TrimStart();
        var parameters = name.IndexOf(';');
        name = (parameters < 0 ? name : name[..parameters]).TrimEnd();
        return name.Equals("application/json", StringComparison.OrdinalIgnoreCase);
    }
}
