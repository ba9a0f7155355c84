namespace Moodstream.Contracts;

/// <summary>An author took a post back, on <see cref="Topics.Deleted"/>.</summary>
/// <param name="Id">The post's id.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="DeletedAt">When it was taken back (UTC).</param>
public sealed record PostDeleted(string Id, string Source, DateTimeOffset DeletedAt);
