using System.Text.Json.Serialization;

namespace Moodstream.Cli.Score;

/// <summary>JSON of what <c>score</c> writes beside the scores.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScoreCheckpoint))]
[JsonSerializable(typeof(RejectedRow))]
[JsonSerializable(typeof(ScoreSummary))]
internal sealed partial class ScoreJson : JsonSerializerContext;
