using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Moodstream.Trends.Mood;

/// <summary>
/// The state as one JSON value: <c>{"version":2,"topic":T,"total":N,"shifted":SECONDS,"tested":[N,N,N],"seen":[{"source":S,"ids":BASE64}],
/// "rings":[{"seconds":W,"newest":N,"buckets":[AGE,NEGATIVE,NEUTRAL,POSITIVE,SUM,SQUARES,…]}]}</c>, where AGE counts
/// buckets back from the newest and empty buckets are left out. All numbers are whole and below 2^53: Dapr reads the
/// numbers of a state as doubles. Version 1 had no <c>shifted</c> and <c>tested</c>.
/// </summary>
internal static class TopicMoodFormat
{
    /// <summary>Written by this program.</summary>
    public const int NewestVersion = 2;

    /// <summary>Most bytes of a state, however busy its topic.</summary>
    public const int MaxBytes = 128 * 1024;

    private const int NumbersPerBucket = 6;

    public static ReadOnlyMemory<byte> Write(TopicMoodState state)
    {
        var ids = ArrayPool<byte>.Shared.Rent(SeenPosts.MaxPackedBytes);
        var written = new ArrayBufferWriter<byte>(4096 + (state.Seen.Count * SeenPosts.BytesPerPost * 4 / 3));
        using (var writer = new Utf8JsonWriter(written))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", NewestVersion);
            writer.WriteString("topic", state.Topic);
            writer.WriteNumber("total", state.Total);
            writer.WriteNumber("shifted", state.Shifts.ShiftedAt.ToUnixTimeSeconds());
            writer.WriteStartArray("tested");
            foreach (var window in state.Shifts.Tested)
            {
                writer.WriteNumberValue(window);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("seen");
            foreach (var source in state.Seen.Sources)
            {
                writer.WriteStartObject();
                writer.WriteString("source", source);
                writer.WriteBase64String("ids", ids.AsSpan(0, state.Seen.Pack(source, ids)));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("rings");
            foreach (var ring in state.Rings)
            {
                WriteRing(writer, ring);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        ArrayPool<byte>.Shared.Return(ids);
        return written.WrittenMemory;
    }

    /// <summary>Reads a state of this version or an older one.</summary>
    /// <exception cref="InvalidDataException">It is damaged; says how.</exception>
    /// <exception cref="NotSupportedException">It is of a newer version, of which nothing is known here.</exception>
    public static TopicMoodState Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var version = Supported(root.GetProperty("version").GetInt32());
            if (json.Length > MaxBytes)
            {
                throw new InvalidDataException($"a topic's state is at most {MaxBytes} bytes, not {json.Length}");
            }

            var state = new TopicMoodState(Text(root.GetProperty("topic")))
            {
                Total = Whole(root.GetProperty("total")),
            };
            if (version >= 2)
            {
                ReadShifts(state.Shifts, root);
            }

            foreach (var seen in root.GetProperty("seen").EnumerateArray())
            {
                state.Seen.Unpack(Text(seen.GetProperty("source")), seen.GetProperty("ids").GetBytesFromBase64());
            }

            foreach (var ring in root.GetProperty("rings").EnumerateArray())
            {
                ReadRing(state, ring);
            }

            return state;
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
                or OverflowException)
        {
            throw new InvalidDataException($"a topic's state is damaged: {exception.Message}", exception);
        }
    }

    private static void WriteRing(Utf8JsonWriter writer, BucketRing ring)
    {
        writer.WriteStartObject();
        writer.WriteNumber("seconds", (long)ring.Width.TotalSeconds);
        writer.WriteNumber("newest", ring.Newest);
        writer.WriteStartArray("buckets");
        for (var age = 0; age < ring.Count; age++)
        {
            var posts = ring.Sum(ring.Newest - age, ring.Newest - age);
            if (posts.Posts > 0)
            {
                writer.WriteNumberValue(age);
                writer.WriteNumberValue(posts.Negative);
                writer.WriteNumberValue(posts.Neutral);
                writer.WriteNumberValue(posts.Positive);
                writer.WriteNumberValue(posts.Sum);
                writer.WriteNumberValue(posts.Squares);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void ReadShifts(ShiftWatch shifts, JsonElement json)
    {
        shifts.ShiftedAt = Seconds(json.GetProperty("shifted"));
        long[] tested = [.. json.GetProperty("tested").EnumerateArray().Select(Whole)];
        if (tested.Length != shifts.Tested.Length)
        {
            throw new InvalidDataException($"expected {shifts.Tested.Length} windows tested, not {tested.Length}");
        }

        tested.CopyTo(shifts.Tested, 0);
    }

    private static DateTimeOffset Seconds(JsonElement json) => Whole(json) is >= 0 and <= 253_402_300_799 and var seconds
        ? DateTimeOffset.FromUnixTimeSeconds(seconds)
        : throw new InvalidDataException("seconds since 1970 are expected in a topic's state");

    // A ring whose width this program does not keep is left out: windows may change from version to version.
    private static void ReadRing(TopicMoodState state, JsonElement json)
    {
        var seconds = Whole(json.GetProperty("seconds"));
        if (state.Rings.FirstOrDefault(r => (long)r.Width.TotalSeconds == seconds) is not { } ring)
        {
            return;
        }

        var newest = Whole(json.GetProperty("newest"));
        long[] numbers = [.. json.GetProperty("buckets").EnumerateArray().Select(Whole)];
        if (numbers.Length % NumbersPerBucket != 0)
        {
            throw new InvalidDataException(
                $"a bucket should be {NumbersPerBucket} numbers; a ring of {seconds} s has {numbers.Length}");
        }

        ring.Restore(newest, numbers.Chunk(NumbersPerBucket)
            .Select(n => (newest - n[0], new Tally(n[1], n[2], n[3], n[4], n[5]))));
    }

    private static string Text(JsonElement text) =>
        text.GetString() ?? throw new InvalidDataException("text is expected in a topic's state, not null");

    // Dapr may spell a whole number as a double: 1e+06.
    private static long Whole(JsonElement number) =>
        number.TryGetInt64(out var whole) ? whole : checked((long)number.GetDouble());

    private static int Supported(int version)
    {
        var message = string.Create(
            CultureInfo.InvariantCulture,
            $"a topic's state is of version {version}; this program reads 1 to {NewestVersion}");
        return version switch
        {
            < 1 => throw new InvalidDataException(message),
            > NewestVersion => throw new NotSupportedException(message),
            _ => version,
        };
    }
}
