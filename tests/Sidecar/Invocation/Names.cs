namespace Moodstream.Tests.Sidecar.Invocation;

/// <summary>Where the sidecars of other apps are: a folder with a file for each app id, in place of daprd's mDNS or shared database.</summary>
internal sealed class Names(SidecarOptions options)
{
    /// <summary>host:port of the sidecar's internal port; null: nobody has the id.</summary>
    public string? Find(string appId) => options.NamesFolder.Length > 0 && File.Exists(FileOf(appId)) ? File.ReadAllText(FileOf(appId)) : null;

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
