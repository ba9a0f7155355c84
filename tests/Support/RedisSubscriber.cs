using System.Diagnostics;
using System.Globalization;

namespace Moodstream.Tests.Support;

/// <summary>redis-cli SUBSCRIBE, as a user runs it.</summary>
public sealed class RedisSubscriber : IAsyncDisposable
{
    private readonly Process _process;

    private RedisSubscriber(Process process) => _process = process;

    /// <summary>Each message, in order.</summary>
    public Recorded<string> Messages { get; } = new();

    /// <summary>Subscribes, and waits until the server has said that it did.</summary>
    /// <param name="port">Of the server.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="options">Further options of redis-cli, such as <c>-a</c> and a password.</param>
    public static async Task<RedisSubscriber> StartAsync(int port, string channel, params string[] options)
    {
        var process = Process.Start(new ProcessStartInfo(
            "redis-cli", ["-p", port.ToString(CultureInfo.InvariantCulture), "--raw", .. options, "SUBSCRIBE", channel])
        {
            RedirectStandardOutput = true,
        })!; // null only for UseShellExecute
        var subscriber = new RedisSubscriber(process);
        for (var line = 0; line < 3; line++)
        {
            await process.StandardOutput.ReadLineAsync().DefaultTimeout(); // subscribe, the channel, the count
        }

        _ = subscriber.ReadAsync();
        return subscriber;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    // Three lines each: message, the channel, the text.
    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is not null)
        {
            await _process.StandardOutput.ReadLineAsync();
            if (await _process.StandardOutput.ReadLineAsync() is { } message)
            {
                Messages.Add(message);
            }
        }
    }
}
