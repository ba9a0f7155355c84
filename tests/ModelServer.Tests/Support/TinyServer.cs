namespace Moodstream.ModelServer.Tests.Support;

/// <summary>One server of the tiny model for a whole class of tests.</summary>
public sealed class TinyServer : IAsyncLifetime, IDisposable
{
    private readonly ModelBase _folder = new(1);

    internal ModelServerHost Server { get; private set; } = null!; // set before any test runs

    public async Task InitializeAsync() => Server = await ModelServerHost.StartAsync(_folder.Path);

    public async Task DisposeAsync() => await Server.DisposeAsync();

    public void Dispose() => _folder.Dispose();
}
