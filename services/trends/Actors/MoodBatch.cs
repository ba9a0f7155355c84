using System.Text.Json;
using System.Text.Json.Serialization;
using Moodstream.Contracts;
using Moodstream.Trends.Mood;

namespace Moodstream.Trends.Actors;

/// <summary>A batch's posts on one topic: the body of <see cref="TopicMood.AddMethod"/>.</summary>
/// <param name="Topic">The topic, as spelt by one of the posts.</param>
/// <param name="Posts">The posts.</param>
internal sealed record MoodBatch(string Topic, IReadOnlyList<MoodEntry> Posts);

/// <summary>JSON between the handler and the actors, which may be of different releases: members are added only.</summary>
[JsonSerializable(typeof(MoodBatch))]
internal sealed partial class TrendsJson : JsonSerializerContext
{
    /// <summary>Written and read as the messages are.</summary>
    public static TrendsJson Wire { get; } = new(new JsonSerializerOptions(ContractsJson.Wire.Options));
}
