namespace Moodstream.Contracts;

/// <summary>A model by name and version, as its folder is laid out: NAME/VERSION.</summary>
/// <param name="Name">Folder name, such as <c>tweet-sentiment</c>.</param>
/// <param name="Version">Version directory, 1 or more.</param>
public sealed record ModelVersion(string Name, long Version);
