using System.Text.Json.Serialization;

namespace Moodstream.SidecarAdapter.Tests.Support;

/// <summary>The answer to a bulk publish that failed in part (03-publish-bulk.json).</summary>
internal sealed record FailedList(
    IReadOnlyList<FailedEntry> FailedEntries, string ErrorCode = "ERR_PUBSUB_PUBLISH_MESSAGE");

internal sealed record FailedEntry(string EntryId, string Error);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FailedList))]
internal sealed partial class TestJson : JsonSerializerContext;
