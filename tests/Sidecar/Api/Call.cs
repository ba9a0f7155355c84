using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Moodstream.Tests.Sidecar.PubSub;

namespace Moodstream.Tests.Sidecar.Api;

/// <summary>Ends a call with an answer of its own.</summary>
internal sealed class ApiException(Func<Call, Task> answer) : Exception
{
    public Func<Call, Task> Answer => answer;
}

/// <summary>One call of the HTTP API: its path as sent, cleaned, and the ways to answer it.</summary>
internal sealed class Call
{
    private readonly HttpContext _context;

    public Call(HttpContext context)
    {
        _context = context;
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?', 2);
        List<string> segments = [];
        foreach (var segment in target[0].Split('/').Skip(1))
        {
            if (segment == ".." && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else
            {
                segments.Add(segment);
            }
        }

        RawSegments = [.. segments];
        Segments = [.. segments.Select(Uri.UnescapeDataString)];
        Query = target.Length > 1 ? target[1] : "";
        foreach (var pair in Query.Split('&').Where(p => p.StartsWith("metadata.", StringComparison.Ordinal)).Select(p => p["metadata.".Length..].Split('=', 2)))
        {
            Metadata[Uri.UnescapeDataString(pair[0])] = Uri.UnescapeDataString(pair[^1].Replace('+', ' '));
        }
    }

    public string Method => _context.Request.Method;

    /// <summary>Path segments, unescaped.</summary>
    public string[] Segments { get; }

    public string[] RawSegments { get; }

    public string Query { get; }

    /// <summary>The parameters of the query named metadata.….</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    public CancellationToken Aborted => _context.RequestAborted;

    public IHeaderDictionary RequestHeaders => _context.Request.Headers;

    public string? Header(string name) => _context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    public async Task<byte[]> BodyAsync()
    {
        using var body = new MemoryStream((int)(_context.Request.ContentLength ?? 0));
        await _context.Request.Body.CopyToAsync(body, Aborted);
        return body.Length == body.Capacity ? body.GetBuffer() : body.ToArray(); // No copy where the length was known.
    }

    public async Task<System.Text.Json.JsonDocument> JsonBodyAsync() => GoJson.Parse(await BodyAsync());

    public void SetHeader(string name, string value) => _context.Response.Headers[name] = value;

    public void AppendHeader(string name, string value) => _context.Response.Headers.Append(name, value);

    public Task EmptyAsync(int status = StatusCodes.Status204NoContent)
    {
        _context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    public async Task AnswerAsync(int status, byte[] body, string? contentType = "application/json")
    {
        _context.Response.StatusCode = status;
        if (contentType is not null)
        {
            SetHeader("Content-Type", contentType);
        }

        _context.Response.ContentLength = body.Length;
        await _context.Response.Body.WriteAsync(body, Aborted);
    }

    public Task JsonAsync(int status, string body) => AnswerAsync(status, Encoding.UTF8.GetBytes(body));

    /// <summary>The short form of an error, of the older endpoints.</summary>
    public Task ErrorAsync(int status, string code, string message) =>
        JsonAsync(status, $$"""{"errorCode":"{{code}}","message":{{GoJson.Quote(message)}}}""");

    /// <summary>The rich form: a resource, when there is one, and a reason, whose metadata may be null (Dapr's contract, 1.2).</summary>
    public Task ErrorAsync(int status, string code, string message, (string Name, string Type, string Description)? resource,
        string reason, IReadOnlyDictionary<string, string>? metadata, string violation = "")
    {
        var details = new StringBuilder(violation);
        if (resource is { } r)
        {
            details.Append($$"""{"@type":"type.googleapis.com/google.rpc.ResourceInfo","description":{{GoJson.Quote(r.Description)}},"owner":"","resource_name":{{GoJson.Quote(r.Name)}},"resource_type":"{{r.Type}}"},""");
        }

        details.Append($$"""{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","metadata":{{(metadata is null ? "null" : Encoding.UTF8.GetString(GoJson.Map(metadata)))}},"reason":"{{reason}}"}""");
        return JsonAsync(status, $$"""{"errorCode":"{{code}}","message":{{GoJson.Quote(message)}},"details":[{{details}}]}""");
    }

    /// <summary>What an unknown path, a wrong verb and an empty name all end as.</summary>
    public Task UnknownAsync() =>
        ErrorAsync(404, "ERR_DIRECT_INVOKE", "failed getting app id either from the URL path or the header dapr-app-id");
}
