using System.Text.Json;
using System.Text.Json.Serialization;

namespace Moodstream.Bert.Loading;

/// <summary>How selftest.json is read.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelSelfTest))]
internal sealed partial class SelfTestJson : JsonSerializerContext;
