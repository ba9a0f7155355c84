using System.Buffers;

namespace Moodstream.BuildingBlocks.Actors;

/// <summary>Names one actor: there is at most one active at a time, on whatever host.</summary>
/// <remarks>
/// Type and id become segments of a path: Dapr refuses <c># ? / \</c> and control characters in either
/// (ERR_BAD_REQUEST). The in-process adapter holds to the same, so that a name that works there works everywhere.
/// </remarks>
public readonly record struct ActorAddress
{
    /// <summary>Longest type and longest id, in characters.</summary>
    public const int MaxCharacters = 256;

    // '|' as well: an actor's state key is APP||TYPE||ID||KEY.
    private static readonly SearchValues<char> Refused = SearchValues.Create("#?/\\|%");

    /// <summary>Names an actor.</summary>
    /// <param name="type">Type, as in <see cref="ActorRegistration.Type"/>.</param>
    /// <param name="id">Id within the type; make one of any text with base64url.</param>
    /// <exception cref="ArgumentException">
    /// Either is empty, longer than <see cref="MaxCharacters"/>, <c>.</c> or <c>..</c>, or holds one of
    /// <c># ? / \ | %</c>, a space or a character outside printable ASCII.
    /// </exception>
    public ActorAddress(string type, string id)
    {
        Check(type, nameof(type), "an actor's type");
        Check(id, nameof(id), "an actor's id");
        Type = type;
        Id = id;
    }

    /// <summary>Type of the actor.</summary>
    public string Type { get; }

    /// <summary>Id within the type.</summary>
    public string Id { get; }

    /// <summary>Whether a text can be a type, an id, a method, or a reminder's or timer's name.</summary>
    /// <param name="name">Any text, also one that came from outside.</param>
    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxCharacters } and not "." and not ".."
        && !name.AsSpan().ContainsAny(Refused) && !name.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <inheritdoc />
    public override string ToString() => $"{Type}/{Id}";

    /// <summary>Refuses what <see cref="IsName"/> refuses.</summary>
    /// <exception cref="ArgumentException">The name is refused; the message says what a name is.</exception>
    internal static void Check(string name, string parameter, string what)
    {
        if (!IsName(name))
        {
            throw new ArgumentException(
                $"{what} is 1 to {MaxCharacters} characters of printable ASCII without # ? / \\ | %, not '{name}'",
                parameter);
        }
    }
}
