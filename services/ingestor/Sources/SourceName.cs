using System.Diagnostics.CodeAnalysis;

namespace Moodstream.Ingestor.Sources;

/// <summary>
/// A source as named on the command line or in configuration: <c>sample</c>, <c>file:PATH</c>, <c>-</c> or
/// <c>stdin</c>.
/// </summary>
/// <param name="Kind">Which kind of source.</param>
/// <param name="Path">Full path of a file; null otherwise.</param>
internal sealed record SourceName(SourceKind Kind, string? Path)
{
    private const string FilePrefix = "file:";

    public static bool TryParse(string? text, [NotNullWhen(true)] out SourceName? name)
    {
        name = text switch
        {
            "sample" => new SourceName(SourceKind.Sample, null),
            "-" or "stdin" => new SourceName(SourceKind.Stdin, null),
            not null when text.StartsWith(FilePrefix, StringComparison.Ordinal) && IsPath(text[FilePrefix.Length..]) =>
                new SourceName(SourceKind.File, System.IO.Path.GetFullPath(text[FilePrefix.Length..])),
            _ => null,
        };
        return name is not null;
    }

    private static bool IsPath(string text) => !string.IsNullOrWhiteSpace(text) && !text.Contains('\0');
}
