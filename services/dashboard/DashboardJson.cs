using System.Text.Json;
using System.Text.Json.Serialization;
using Moodstream.Contracts;
using Moodstream.Dashboard.Board;

namespace Moodstream.Dashboard;

/// <summary>JSON of what the page gets.</summary>
[JsonSerializable(typeof(PostView))]
[JsonSerializable(typeof(BoardState))]
internal sealed partial class DashboardJson : JsonSerializerContext
{
    /// <summary>
    /// Written as the messages are. Text is not escaped for markup: what is sent is JSON to a parser, never part of a
    /// page.
    /// </summary>
    public static DashboardJson Wire { get; } = new(new JsonSerializerOptions(ContractsJson.Wire.Options));
}
