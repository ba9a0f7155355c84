using System.Text;
using System.Text.Json;

namespace Moodstream.Sidecar.Calls;

/// <summary>What the sidecar answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="MediaType">Media type of the body; empty when it says none.</param>
/// <param name="Body">The body, whole or up to the bound of the call.</param>
/// <param name="IsWhole">Whether the body ended within the bound.</param>
/// <param name="ETag">The header of this name, as state is read with.</param>
/// <param name="IsAppError">Whether an actor's host marked it as an error of its own.</param>
internal readonly record struct SidecarReply(
    int Status, string MediaType, ReadOnlyMemory<byte> Body, bool IsWhole, string? ETag, bool IsAppError)
{
    /// <summary>
    /// Header on a 200 that an actor's host answers: body and headers go back to the caller as they are, where any
    /// other status would come out as a text in an error of the sidecar's (Dapr's contract, 5.2; <c>08a-actors.json</c>).
    /// </summary>
    public const string AppErrorHeader = "X-DaprErrorResponseHeader";

    private const int MostShown = 200;

    /// <summary>
    /// Dapr's name of the error; empty where the body is not one of Dapr's errors, an object with <c>errorCode</c> and
    /// <c>message</c> (Dapr's contract, 1.2; <c>02b-publish-errors.json</c>).
    /// </summary>
    public string ErrorCode => Member("errorCode") ?? "";

    /// <summary>The status and what came with it, in one line for a person.</summary>
    public string Shown
    {
        get
        {
            var error = Member("errorCode") is { Length: > 0 } code ? $"{code}: {Member("message")}" : Text();
            return error.Length == 0
                ? $"{Status} without a body"
                : MediaType is "application/json" ? $"{Status} {OneLine(error)}" : $"{Status} {MediaType} {OneLine(error)}";
        }
    }

    /// <summary>Cuts a text to a length for a log and takes what would break the line out of it.</summary>
    public static string OneLine(string text)
    {
        var cut = text.Length > MostShown ? string.Concat(text.AsSpan(0, MostShown), "…") : text;
        return string.Concat(cut.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
    }

    private string Text() => Encoding.UTF8.GetString(Body.Span[..Math.Min(Body.Length, 4 * MostShown)]).Trim();

    private string? Member(string name)
    {
        try
        {
            var reader = new Utf8JsonReader(Body.Span);
            using var json = JsonDocument.ParseValue(ref reader);
            return json.RootElement.ValueKind is JsonValueKind.Object
                && json.RootElement.TryGetProperty(name, out var member)
                && member.ValueKind is JsonValueKind.String
                ? member.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
