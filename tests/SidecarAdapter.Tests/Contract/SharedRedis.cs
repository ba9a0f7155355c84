namespace Moodstream.SidecarAdapter.Tests.Contract;

/// <summary>One redis-server for the tests of a class, which has <see cref="NeedsRedis"/> as well; null where there is none.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    private RedisServer? _server;

    /// <summary>The server.</summary>
    public RedisServer Server => _server ?? throw new InvalidOperationException("there is no redis-server on the PATH");

    public async Task InitializeAsync() =>
        _server = RedisServer.IsInstalled ? await RedisServer.StartAsync() : null;

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
