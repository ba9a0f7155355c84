using System.Text;
using System.Text.Json;
using Moodstream.Tests.Sidecar.PubSub;
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
            await ((call.Method, call.Segments[3..]) switch
            {
                ("POST" or "PUT", []) => SaveAsync(call, store),
                ("POST" or "PUT", ["bulk"]) => BulkGetAsync(call, store),
                ("POST" or "PUT", ["transaction"]) => TransactAsync(call, store),
                ("GET", [var key]) => GetAsync(call, store, key),
                ("DELETE", [var key]) => DeleteAsync(call, store, key),
                _ => call.UnknownAsync(),
            });
        }
        catch (GoJsonException problem)
        {
            await call.ErrorAsync(400, "ERR_MALFORMED_REQUEST", problem.Message);
        }
    }

    /// <summary>The writes of a transaction, of state and of actors alike.</summary>
    public static List<StateItem> Operations(JsonElement operations, Func<string, string> keyOf) => [.. operations.EnumerateArray().Select(operation =>
    {
        var item = ItemOf(operation.GetProperty("request"), keyOf);
        return operation.GetProperty("operation").GetString() switch
        {
            "upsert" => item,
            "delete" => item with { Value = null },
            var kind => throw new ApiException(c => c.ErrorAsync(400, "ERR_NOT_SUPPORTED_STATE_OPERATION", $"operation type {kind} not supported")),
        };
    })];

    private static async Task GetAsync(Call call, RedisState store, string key)
    {
        if (await store.GetAsync(KeyOf(store, key)) is not { } found)
        {
            await call.EmptyAsync();
            return;
        }

        call.SetHeader("Etag", found.Etag);
        await call.AnswerAsync(200, found.Value);
    }

    private static async Task SaveAsync(Call call, RedisState store)
    {
        using var json = await call.JsonBodyAsync();
        List<StateItem> items = [.. json.RootElement.EnumerateArray().Select(item => ItemOf(item, key => KeyOf(store, key)))];
        // Single writes: what is refused does not stop the others.
        List<StateException> failed = [];
        foreach (var item in items)
        {
            try
            {
                await store.WriteAsync(item);
            }
            catch (StateException problem)
            {
                failed.Add(problem);
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

    private static async Task DeleteAsync(Call call, RedisState store, string key)
    {
        try
        {
            await store.WriteAsync(new(KeyOf(store, key), null, call.Header("If-Match"), FirstWrite: false, null));
            await call.EmptyAsync();
        }
        catch (StateException problem)
        {
            await call.ErrorAsync(problem.Status, "ERR_STATE_DELETE", $"failed deleting state with key {key}: {problem.Message}");
        }
    }

    private static async Task BulkGetAsync(Call call, RedisState store)
    {
        using var json = await call.JsonBodyAsync();
        List<string> answers = [];
        foreach (var key in json.RootElement.GetProperty("keys").EnumerateArray().Select(k => k.GetString()!))
        {
            var found = await store.GetAsync(KeyOf(store, key));
            var value = found is { } f ? $$""","data":{{Encoding.UTF8.GetString(f.Value)}},"etag":"{{f.Etag}}" """.TrimEnd() : "";
            answers.Add($$"""{"key":{{GoJson.Quote(key)}}{{value}}}""");
        }

        await call.JsonAsync(200, $"[{string.Join(',', answers)}]\n");
    }

    private static async Task TransactAsync(Call call, RedisState store)
    {
        using var json = await call.JsonBodyAsync();
        var items = Operations(json.RootElement.GetProperty("operations"), key => KeyOf(store, key));
        try
        {
            await store.TransactAsync(items);
            await call.EmptyAsync();
        }
        catch (StateException problem)
        {
            await call.ErrorAsync(500, "ERR_STATE_TRANSACTION", $"error while executing state transaction: {problem.Message}");
        }
    }

    private static StateItem ItemOf(JsonElement item, Func<string, string> keyOf)
    {
        var key = item.TextAt("key") ?? throw new GoJsonException("\"key\" is a required field");
        var ttl = item.TryGetProperty("metadata", out var metadata) ? metadata.TextAt("ttlInSeconds") : null;
        var concurrency = item.TryGetProperty("options", out var options) ? options.TextAt("concurrency") : null;
        return new(keyOf(key), item.TryGetProperty("value", out var value) ? RedisState.Stored(value) : "null"u8.ToArray(),
            concurrency == "last-write" ? null : item.TextAt("etag"), concurrency == "first-write", ttl);
    }

    /// <summary>The Redis key of an app's key; two pipes are refused.</summary>
    private static string KeyOf(RedisState store, string key)
    {
        if (!key.Contains("||", StringComparison.Ordinal))
        {
            return store.KeyOf(key);
        }

        var message = $"api error: code = InvalidArgument desc = input key/keyPrefix '{key}' can't contain '||'";
        throw new ApiException(call => call.ErrorAsync(400, "ERR_MALFORMED_REQUEST", message, (store.Name, "state", ""), "DAPR_STATE_ILLEGAL_KEY", null,
            $$"""{"@type":"type.googleapis.com/google.rpc.BadRequest","field_violations":[{"field":{{GoJson.Quote(key)}},"description":{{GoJson.Quote(message)}}}]},"""));
    }
}
