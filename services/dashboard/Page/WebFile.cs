using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Moodstream.Dashboard.Page;

/// <summary>A file of the page, read from the assembly once.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="ContentType">By the name's extension.</param>
/// <param name="ETag">Strong: the content's hash.</param>
internal sealed record WebFile(byte[] Content, string ContentType, EntityTagHeaderValue ETag)
{
    private const string Folder = "web/";

    /// <summary>All embedded files by name.</summary>
    public static IReadOnlyDictionary<string, WebFile> LoadAll() =>
        typeof(WebFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToDictionary(name => name[Folder.Length..], Load, StringComparer.Ordinal);

    private static WebFile Load(string resource)
    {
        using var stream = typeof(WebFile).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource}: listed in the assembly, but not in it");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16));
        return new WebFile(content, TypeOf(resource), new EntityTagHeaderValue($"\"{hash}\""));
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"{name}: expected .html, .css, .js or .svg"),
    };
}
