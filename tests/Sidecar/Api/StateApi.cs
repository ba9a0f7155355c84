using System.Text;
using System.Text.Json;
using Moodstream.Tests.Sidecar.PubSub;
using Moodstream.Tests.Sidecar.Redis;
using Moodstream.Tests.Sidecar.State;

namespace Moodstream.Tests.Sidecar.Api;

/// <summary>/v1.0/state/… (Dapr's contract, 4; 07-state).</summary>
internal sealed class StateApi(SidecarOptions options, IReadOnlyDictionary<string, RedisState> stores)
{
    public async Task HandleAsync(Call call)
    {
        // v1.0 state store [key | bulk | transaction]
        var name = call.Segments[2];
        if (!stores.TryGetValue(name, out var store))
        {
            await call.ErrorAsync(400, "ERR_STATE_STORE_NOT_FOUND", $"state store {name} is not found", null, "DAPR_STATE_NOT_FOUND",
                new Dictionary<string, string> { ["appID"] = options.AppId });
            return;
        }

        try
        {
            var answer = (call.Segments.Length, call.Method) switch
            {
                (3, "POST" or "PUT") => SaveAsync(call, store),
                (4, "POST" or "PUT") when call.Segments[3] == "bulk" => BulkGetAsync(call, store),
                (4, "POST" or "PUT") when call.Segments[3] == "transaction" => TransactAsync(call, store),
                (4, "GET") => GetAsync(call, store),
                (4, "DELETE") => DeleteAsync(call, store),
                _ => call.UnknownAsync(),
            };
            await answer;
        }
        catch (GoJsonException problem)
        {
            await call.ErrorAsync(400, "ERR_MALFORMED_REQUEST", problem.Message);
        }
        catch (StateException problem) when (problem.Message.StartsWith("input key", StringComparison.Ordinal))
        {
            var message = $"api error: code = InvalidArgument desc = {problem.Message}";
            var key = problem.Message.Split('\'')[1];
            string Json(string text) => Encoding.UTF8.GetString(GoJson.Text(text));
            await call.ErrorAsync(400, "ERR_MALFORMED_REQUEST", message, (store.Name, "state", ""), "DAPR_STATE_ILLEGAL_KEY", null,
                $$"""{"@type":"type.googleapis.com/google.rpc.BadRequest","field_violations":[{"field":{{Json(key)}},"description":{{Json(message)}}}]},""");
        }
    }

    private static async Task GetAsync(Call call, RedisState store)
    {
        try
        {
            if (await store.GetAsync(store.KeyOf(call.Segments[3])) is not { } found)
            {
                await call.EmptyAsync();
                return;
            }

            call.SetHeader("Etag", found.Etag);
            await call.AnswerAsync(200, found.Value);
        }
        catch (Exception problem) when (problem is RedisUnreachableException or RedisRefusedException)
        {
            await call.ErrorAsync(500, "ERR_STATE_GET", $"fail to get {call.Segments[3]} from state store {store.Name}: {problem.Message}");
        }
    }

    private static async Task SaveAsync(Call call, RedisState store)
    {
        using var json = await JsonAsync(call);
        List<StateItem> items = [.. json.RootElement.EnumerateArray().Select(item => ItemOf(call, store, item))];
        // Single writes in parallel: what is refused does not stop the others. The worst answer wins.
        List<StateException> failed = [];
        foreach (var item in items)
        {
            try
            {
                store.Check(item);
                await store.WriteAsync(item);
            }
            catch (StateException problem)
            {
                failed.Add(problem);
            }
            catch (RedisUnreachableException problem)
            {
                failed.Add(new(500, problem.Message));
            }
        }

        if (failed.Count == 0)
        {
            await call.EmptyAsync();
            return;
        }

        // Of several items the reason is wrapped once more.
        var again = items.Count > 1 && failed[0].Status == 409 ? "possible etag mismatch. error from state store: " : "";
        await call.ErrorAsync(failed[0].Status, "ERR_STATE_SAVE", $"failed saving state in state store {store.Name}: {again}{failed[0].Message}");
    }

    private static async Task DeleteAsync(Call call, RedisState store)
    {
        var key = call.Segments[3];
        try
        {
            await store.WriteAsync(new(store.KeyOf(key), null, call.Header("If-Match"), FirstWrite: false, null));
            await call.EmptyAsync();
        }
        catch (StateException problem) when (!problem.Message.StartsWith("input key", StringComparison.Ordinal))
        {
            await call.ErrorAsync(problem.Status, "ERR_STATE_DELETE", $"failed deleting state with key {key}: {problem.Message}");
        }
        catch (RedisUnreachableException problem)
        {
            await call.ErrorAsync(500, "ERR_STATE_DELETE", $"failed deleting state with key {key}: {problem.Message}");
        }
    }

    private static async Task BulkGetAsync(Call call, RedisState store)
    {
        using var json = await JsonAsync(call);
        var answer = new StringBuilder();
        foreach (var key in json.RootElement.GetProperty("keys").EnumerateArray().Select(k => k.GetString()!))
        {
            var found = await store.GetAsync(store.KeyOf(key));
            answer.Append(answer.Length == 0 ? '[' : ',').Append("{\"key\":").Append(Encoding.UTF8.GetString(GoJson.Text(key)));
            if (found is { } f)
            {
                answer.Append(",\"data\":").Append(Encoding.UTF8.GetString(f.Value)).Append($$""","etag":"{{f.Etag}}" """.TrimEnd());
            }

            answer.Append('}');
        }

        await call.JsonAsync(200, $"{(answer.Length == 0 ? "[" : answer)}]\n");
    }

    private static async Task TransactAsync(Call call, RedisState store)
    {
        using var json = await JsonAsync(call);
        List<StateItem> items = [];
        foreach (var operation in json.RootElement.GetProperty("operations").EnumerateArray())
        {
            var kind = operation.GetProperty("operation").GetString();
            if (kind is not ("upsert" or "delete"))
            {
                await call.ErrorAsync(400, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {kind} not supported");
                return;
            }

            var item = ItemOf(call, store, operation.GetProperty("request"));
            items.Add(kind == "delete" ? item with { Value = null } : item with { Value = item.Value ?? "null"u8.ToArray() });
        }

        try
        {
            await store.TransactAsync(items);
            await call.EmptyAsync();
        }
        catch (Exception problem) when (problem is StateException or RedisUnreachableException or RedisRefusedException or TimeoutException)
        {
            await call.ErrorAsync(500, "ERR_STATE_TRANSACTION", $"error while executing state transaction: {problem.Message}");
        }
    }

    internal static StateItem ItemOf(JsonElement item, Func<string, string> keyOf, IReadOnlyDictionary<string, string> overriding)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("key", out var key) || key.GetString() is not { Length: > 0 } name)
        {
            throw new GoJsonException("\"key\" is a required field");
        }

        var ttl = overriding.GetValueOrDefault("ttlInSeconds")
            ?? (item.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
                && metadata.TryGetProperty("ttlInSeconds", out var seconds) ? seconds.ToString() : null);
        var concurrency = item.TryGetProperty("options", out var options) && options.ValueKind == JsonValueKind.Object
            && options.TryGetProperty("concurrency", out var c) ? c.GetString() : null;
        var etag = item.TryGetProperty("etag", out var e) && e.ValueKind == JsonValueKind.String ? e.GetString() : null;
        return new(keyOf(name), item.TryGetProperty("value", out var value) ? RedisState.Stored(value) : "null"u8.ToArray(),
            concurrency == "last-write" ? null : etag, concurrency == "first-write", ttl);
    }

    private static StateItem ItemOf(Call call, RedisState store, JsonElement item) => ItemOf(item, store.KeyOf, call.Metadata);

    private static async Task<JsonDocument> JsonAsync(Call call) =>
        GoJson.Parse(await call.BodyAsync() ?? throw new GoJsonException("stream too large"));
}
