using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Moodstream.BuildingBlocks.InProcess.Actors;

/// <summary>
/// All that is kept of one actor, under one key, so that a turn is one write. JSON:
/// <c>{"version":1,"state":{KEY:{"value":…,"expires":TIME?}},"reminders":{NAME:{"due":TIME,"period":TICKS?,"data":…?}}}</c>.
/// </summary>
internal sealed record ActorRecord(
    ImmutableDictionary<string, ActorValue> State, ImmutableDictionary<string, ActorAlarm> Reminders)
{
    public const int NewestVersion = 1;

    public static ActorRecord Empty { get; } = new(
        ImmutableDictionary.Create<string, ActorValue>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, ActorAlarm>(StringComparer.Ordinal));

    /// <summary>When the next reminder is due; null when there is none.</summary>
    public DateTimeOffset? NextReminder =>
        Reminders.IsEmpty ? null : Reminders.Values.Min(reminder => reminder.Due);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of a newer version.</exception>
    public static ActorRecord Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json.Span);
            var record = Empty;
            int? version = null;
            Expect(ref reader, JsonTokenType.StartObject);
            while (NextName(ref reader) is { } name)
            {
                switch (name)
                {
                    case "version":
                        reader.Read();
                        version = Supported(reader.GetInt32());
                        break;
                    case "state":
                        record = record with { State = ReadState(json, ref reader) };
                        break;
                    case "reminders":
                        record = record with { Reminders = ReadReminders(json, ref reader) };
                        break;
                    default:
                        throw new InvalidDataException($"an actor's record has no member '{name}'");
                }
            }

            return version is null ? throw new InvalidDataException("an actor's record must have a version") : record;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"an actor's record is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>As UTF-8 JSON, without what has expired by now.</summary>
    public ReadOnlyMemory<byte> Write(DateTimeOffset now)
    {
        var written = new System.Buffers.ArrayBufferWriter<byte>(256 + State.Values.Sum(v => v.Json.Length + 96));
        using (var writer = new Utf8JsonWriter(written))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", NewestVersion);
            writer.WriteStartObject("state");
            foreach (var (key, value) in State.Where(v => v.Value.LivesAt(now)))
            {
                writer.WriteStartObject(key);
                WriteRaw(writer, "value", value.Json);
                if (value.Expires is { } expires)
                {
                    writer.WriteString("expires", expires);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            WriteReminders(writer);
            writer.WriteEndObject();
        }

        return written.WrittenMemory;
    }

    private void WriteReminders(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("reminders");
        foreach (var (name, reminder) in Reminders)
        {
            writer.WriteStartObject(name);
            writer.WriteString("due", reminder.Due);
            if (reminder.Period is { } period)
            {
                writer.WriteNumber("period", period.Ticks);
            }

            if (!reminder.Data.IsEmpty)
            {
                WriteRaw(writer, "data", reminder.Data);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    // Values were checked when they were put.
    private static void WriteRaw(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte> json)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(json.Span, skipInputValidation: true);
    }

    private static ImmutableDictionary<string, ActorValue> ReadState(
        ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
    {
        var state = Empty.State.ToBuilder();
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextName(ref reader) is { } key)
        {
            ReadOnlyMemory<byte> value = default;
            DateTimeOffset? expires = null;
            Expect(ref reader, JsonTokenType.StartObject);
            while (NextName(ref reader) is { } name)
            {
                switch (name)
                {
                    case "value":
                        value = ReadRaw(json, ref reader);
                        break;
                    default:
                        reader.Read();
                        expires = reader.GetDateTimeOffset();
                        break;
                }
            }

            state[key] = value.IsEmpty
                ? throw new InvalidDataException($"an actor's record has no value of '{key}'")
                : new ActorValue(value, expires);
        }

        return state.ToImmutable();
    }

    private static ImmutableDictionary<string, ActorAlarm> ReadReminders(
        ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
    {
        var reminders = Empty.Reminders.ToBuilder();
        Expect(ref reader, JsonTokenType.StartObject);
        while (NextName(ref reader) is { } key)
        {
            DateTimeOffset? due = null;
            TimeSpan? period = null;
            ReadOnlyMemory<byte> data = default;
            Expect(ref reader, JsonTokenType.StartObject);
            while (NextName(ref reader) is { } name)
            {
                switch (name)
                {
                    case "data":
                        data = ReadRaw(json, ref reader);
                        break;
                    case "period":
                        reader.Read();
                        period = TimeSpan.FromTicks(reader.GetInt64());
                        break;
                    default:
                        reader.Read();
                        due = reader.GetDateTimeOffset();
                        break;
                }
            }

            reminders[key] = new ActorAlarm(
                due ?? throw new InvalidDataException($"reminder '{key}' of an actor's record has no time"),
                period,
                data);
        }

        return reminders.ToImmutable();
    }

    private static ReadOnlyMemory<byte> ReadRaw(ReadOnlyMemory<byte> json, ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    private static int Supported(int version) => version is >= 1 and <= NewestVersion
        ? version
        : throw new InvalidDataException(string.Create(
            CultureInfo.InvariantCulture,
            $"an actor's record is of version {version}; this program reads up to {NewestVersion}"));

    private static string? NextName(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType is JsonTokenType.EndObject ? null : reader.GetString();
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type)
        {
            throw new InvalidDataException($"an actor's record should have {type} here, not {reader.TokenType}");
        }
    }
}

/// <summary>A state value.</summary>
/// <param name="Json">UTF-8 JSON.</param>
/// <param name="Expires">When it is gone; null: never.</param>
internal readonly record struct ActorValue(ReadOnlyMemory<byte> Json, DateTimeOffset? Expires)
{
    public bool LivesAt(DateTimeOffset now) => Expires is not { } expires || now < expires;
}

/// <summary>A reminder or a timer.</summary>
/// <param name="Due">When it comes due next.</param>
/// <param name="Period">From one time to the next; null: once.</param>
/// <param name="Data">UTF-8 JSON, or empty.</param>
internal readonly record struct ActorAlarm(DateTimeOffset Due, TimeSpan? Period, ReadOnlyMemory<byte> Data)
{
    /// <summary>The same after it has fired; those that were missed meanwhile are one. Null: it was the last time.</summary>
    public ActorAlarm? After(DateTimeOffset now) =>
        Period is { } period
            ? this with { Due = Due + period > now ? Due + period : now + period }
            : null;
}
