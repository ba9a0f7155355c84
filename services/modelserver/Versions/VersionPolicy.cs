namespace Moodstream.ModelServer.Versions;

/// <summary>
/// Which version to load next: the highest that is not known to be broken, once its files have been the same for two
/// looks in a row. Pure: it sees what lies in the base folder, and remembers what it saw.
/// </summary>
internal sealed class VersionPolicy
{
    private readonly Dictionary<long, FolderStamp> _broken = [];
    private Dictionary<long, FolderStamp> _lastSeen = [];

    /// <summary>Takes a look.</summary>
    /// <param name="folders">The versions there are, highest first.</param>
    /// <param name="served">The version in service; null for none.</param>
    /// <returns>The version to load now; null to leave things as they are.</returns>
    public VersionFolder? Next(IReadOnlyList<VersionFolder> folders, long? served)
    {
        var before = _lastSeen;
        _lastSeen = folders.ToDictionary(f => f.Version, f => f.Stamp);
        foreach (var gone in _broken.Keys.Except(_lastSeen.Keys).ToList())
        {
            _broken.Remove(gone);
        }

        // The version in service counts as good whatever became of its files: it is in memory.
        var wanted = folders.FirstOrDefault(f => f.Version == served || !IsBroken(f));
        return wanted is not null && wanted.Version != served
            && before.TryGetValue(wanted.Version, out var stamp) && stamp == wanted.Stamp
                ? wanted
                : null;
    }

    /// <summary>Notes that a version could not be loaded: it is tried again when its files change.</summary>
    public void Refused(VersionFolder folder) => _broken[folder.Version] = folder.Stamp;

    private bool IsBroken(VersionFolder folder) =>
        _broken.TryGetValue(folder.Version, out var stamp) && stamp == folder.Stamp;
}
