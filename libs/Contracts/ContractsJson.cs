using System.Text.Json;
using System.Text.Json.Serialization;

namespace Moodstream.Contracts;

/// <summary>
/// JSON of the messages: camelCase, labels in lower case, times in UTC, absent members left out, unknown members
/// ignored (a newer publisher may add some). A message that lacks a member it must have, or has null there, is
/// refused.
/// </summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(ClosedSetConverter<SentimentLabel>),
        typeof(ClosedSetConverter<RejectReason>),
        typeof(UtcTimeConverter),
    ])]
[JsonSerializable(typeof(Post))]
[JsonSerializable(typeof(ScoredPost))]
[JsonSerializable(typeof(RejectedPost))]
[JsonSerializable(typeof(PostDeleted))]
[JsonSerializable(typeof(MoodShift))]
[JsonSerializable(typeof(MoodWindows))]
[JsonSerializable(typeof(IngestStatus))]
public sealed partial class ContractsJson : JsonSerializerContext
{
    /// <summary>The context every service uses: text is written as it is, emoji and <c>&lt;</c> too.</summary>
    public static ContractsJson Wire => Relaxed.Context;

    // A class of its own: its initializer runs after that of Default, whose place in the order is the generator's.
    private static class Relaxed
    {
        public static readonly ContractsJson Context = new(new JsonSerializerOptions(Default.Options)
        {
            Encoder = new PlainTextEncoder(),
        });
    }
}
