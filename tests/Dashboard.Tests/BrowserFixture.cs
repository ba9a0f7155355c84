using Microsoft.Playwright;

namespace Moodstream.Dashboard.Tests;

/// <summary>One browser for all tests of a class; each test opens a context of its own in it.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The browser; there is one wherever a <see cref="ChromiumFactAttribute"/> does not skip.</summary>
    public IBrowser Browser =>
        _browser ?? throw new InvalidOperationException($"no {ChromiumFactAttribute.Path} on this machine");

    public async Task InitializeAsync()
    {
        if (!File.Exists(ChromiumFactAttribute.Path))
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(30_000); // A bound for a machine that is busy, never a wait.
        _playwright = await Playwright.CreateAsync().DefaultTimeout();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ChromiumFactAttribute.Path,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        }).DefaultTimeout();
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
