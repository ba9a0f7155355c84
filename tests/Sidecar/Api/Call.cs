using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Moodstream.Tests.Sidecar.PubSub;

namespace Moodstream.Tests.Sidecar.Api;

/// <summary>One call of the HTTP API: its path as sent, cleaned, and the ways to answer it.</summary>
internal sealed class Call
{
    private const int BufferForSmallBodies = 4096;

    private readonly HttpContext _context;
    private readonly int _maxBody;

    public Call(HttpContext context, int maxBody)
    {
        (_context, _maxBody) = (context, maxBody);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.Split('?')[0];
        List<string> segments = [];
        foreach (var segment in path.Split('/').Skip(1))
        {
            if (segment == ".." && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not (".." or "."))
            {
                segments.Add(segment);
            }
        }

        RawSegments = [.. segments];
        Segments = [.. segments.Select(Uri.UnescapeDataString)];
        Query = target.Contains('?', StringComparison.Ordinal) ? target[(target.IndexOf('?', StringComparison.Ordinal) + 1)..] : "";
        foreach (var pair in Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = pair.Split('=', 2) switch { [var n, var v] => (n, v), [var n] => (n, ""), _ => ("", "") };
            name = Uri.UnescapeDataString(name.Replace('+', ' '));
            if (name.StartsWith("metadata.", StringComparison.Ordinal))
            {
                Metadata.TryAdd(name["metadata.".Length..], Uri.UnescapeDataString(value.Replace('+', ' ')));
            }
            else
            {
                Parameters.TryAdd(name, Uri.UnescapeDataString(value));
            }
        }
    }

    public string Method => _context.Request.Method;

    /// <summary>Path segments, unescaped.</summary>
    public string[] Segments { get; }

    public string[] RawSegments { get; }

    public string Query { get; }

    public Dictionary<string, string> Metadata { get; } = [];

    public Dictionary<string, string> Parameters { get; } = [];

    public CancellationToken Aborted => _context.RequestAborted;

    public IHeaderDictionary RequestHeaders => _context.Request.Headers;

    public string? Header(string name) => _context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    public bool Writes => Method is "POST" or "PUT";

    /// <summary>The body; null when it is above the limit.</summary>
    public async Task<byte[]?> BodyAsync()
    {
        if (_context.Request.ContentLength > _maxBody)
        {
            return null;
        }

        using var body = new MemoryStream((int)(_context.Request.ContentLength ?? BufferForSmallBodies));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await _context.Request.Body.ReadAsync(buffer, Aborted)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > _maxBody)
            {
                return null;
            }
        }

        return body.ToArray();
    }

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
        AnswerAsync(status, Encoding.UTF8.GetBytes($$"""{"errorCode":"{{code}}","message":{{Encoding.UTF8.GetString(GoJson.Text(message))}}}"""));

    /// <summary>The rich form: a resource, when there is one, and a reason, whose metadata may be null (Dapr's contract, 1.2).</summary>
    public Task ErrorAsync(int status, string code, string message, (string Name, string Type, string Description)? resource,
        string reason, IReadOnlyDictionary<string, string>? metadata, string violation = "")
    {
        static string Json(string text) => Encoding.UTF8.GetString(GoJson.Text(text));
        var details = new StringBuilder(violation);
        if (resource is { } r)
        {
            details.Append($$"""{"@type":"type.googleapis.com/google.rpc.ResourceInfo","description":{{Json(r.Description)}},"owner":"","resource_name":{{Json(r.Name)}},"resource_type":"{{r.Type}}"},""");
        }

        details.Append($$"""{"@type":"type.googleapis.com/google.rpc.ErrorInfo","domain":"dapr.io","metadata":{{(metadata is null ? "null" : Encoding.UTF8.GetString(GoJson.Map(metadata)))}},"reason":"{{reason}}"}""");
        return JsonAsync(status, $$"""{"errorCode":"{{code}}","message":{{Json(message)}},"details":[{{details}}]}""");
    }

    /// <summary>What an unknown path, a wrong verb and an empty name all end as.</summary>
    public Task UnknownAsync() =>
        ErrorAsync(404, "ERR_DIRECT_INVOKE", "failed getting app id either from the URL path or the header dapr-app-id");
}
