namespace Moodstream.ModelServer.Tests.Support;

/// <summary>One server of the bundled model for a whole class of tests.</summary>
public sealed class BundledServer : IAsyncLifetime
{
    internal ModelServerHost Server { get; private set; } = null!; // set before any test runs

    public async Task InitializeAsync() => Server = await ModelServerHost.StartAsync(
        Path.GetDirectoryName(Repository.Model)!, new Dictionary<string, string?> { [nameof(ModelServerOptions.Threads)] = "2" });

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
