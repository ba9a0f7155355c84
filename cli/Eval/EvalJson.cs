using System.Text.Json.Serialization;

namespace Moodstream.Cli.Eval;

/// <summary>JSON of the figures.</summary>
[JsonSerializable(typeof(EvalReport))]
internal sealed partial class EvalJson : JsonSerializerContext;
