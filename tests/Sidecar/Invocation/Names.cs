namespace Moodstream.Tests.Sidecar.Invocation;

/// <summary>Where the sidecars of other apps are: a folder with a file for each app id, in place of daprd's mDNS or shared database.</summary>
internal sealed class Names(SidecarOptions options)
{
    /// <summary>host:port of the sidecar's internal port, or of the app itself; null: nobody has the id.</summary>
    public string? Find(string appId)
    {
        if (options.Names.TryGetValue(appId, out var address))
        {
            return address;
        }

        var file = FileOf(appId);
        return options.NamesFolder.Length > 0 && File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    public void Publish(int internalPort)
    {
        if (options.NamesFolder.Length > 0)
        {
            Directory.CreateDirectory(options.NamesFolder);
            File.WriteAllText(FileOf(options.AppId), $"127.0.0.1:{internalPort}");
        }
    }

    private string FileOf(string appId) => Path.Combine(options.NamesFolder, Path.GetFileName(appId));
}
