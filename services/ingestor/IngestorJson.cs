using System.Text.Json.Serialization;
using Moodstream.Ingestor.Leasing;
using Moodstream.Ingestor.Settlement;

namespace Moodstream.Ingestor;

/// <summary>JSON of what the ingestor keeps in the state store.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SavedSource))]
[JsonSerializable(typeof(LeaseRecord))]
internal sealed partial class IngestorJson : JsonSerializerContext;
