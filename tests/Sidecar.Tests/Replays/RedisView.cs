using System.Text;
using System.Text.Json;
using Moodstream.Tests.Sidecar.Redis;

namespace Moodstream.Sidecar.Tests.Replays;

/// <summary>Replies of Redis in one text, without what the recordings' README says not to compare.</summary>
internal static class RedisView
{
    public static string Of(string command, JsonElement reply) => Of(command, Plain(reply));

    public static string Of(string command, object? reply)
    {
        var words = command.Split(' ');
        switch (words[0])
        {
            case "XPENDING":
                return string.Join('\n', Items(reply).Select(p => $"{Text(Items(p)[1])} delivered {Text(Items(p)[3])}"));
            case "XRANGE":
                // The order of fields changes; so does that of a bulk publish.
                return string.Join('\n', Items(reply).Select(e => string.Join(' ', Items(Items(e)[1]).Chunk(2).Select(f => $"{Text(f[0])}={Text(f[1])}").Order(StringComparer.Ordinal)))
                    .Order(StringComparer.Ordinal));
            case "KEYS":
                return string.Join('\n', Items(reply).Select(Text).Order(StringComparer.Ordinal));
            case "XINFO":
                return string.Join('\n', Items(reply).Select(g => string.Join(' ', Items(g).Chunk(2)
                    .Where(f => Text(f[0]) is "name" or "pending" or "last-delivered-id" or "lag").Select(f => $"{Text(f[0])}={Text(f[1])}"))));
            default:
                return reply is object?[] list ? string.Join('\n', list.Select(Text)) : Text(reply);
        }
    }

    private static object?[] Items(object? reply) => (object?[])reply!;

    private static string Text(object? reply) => reply switch
    {
        null => "nil",
        byte[] bytes => Encoding.UTF8.GetString(bytes) is var text && !text.Contains('\ufffd', StringComparison.Ordinal) ? text : Convert.ToBase64String(bytes),
        object?[] list => string.Join(',', list.Select(Text)),
        RedisRefusedException refused => refused.Message,
        _ => Convert.ToString(reply, null)!,
    };

    private static object? Plain(JsonElement reply) => reply.ValueKind switch
    {
        JsonValueKind.Array => reply.EnumerateArray().Select(Plain).ToArray(),
        JsonValueKind.Object => reply.GetProperty("base64").GetString(),
        JsonValueKind.Null => null,
        JsonValueKind.Number => reply.GetInt64(),
        _ => reply.GetString(),
    };
}
