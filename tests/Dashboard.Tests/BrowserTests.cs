using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Moodstream.Contracts;
using static Microsoft.Playwright.Assertions;

namespace Moodstream.Dashboard.Tests;

/// <summary>The page in a real browser.</summary>
public sealed class BrowserTests(BrowserFixture browser) : IClassFixture<BrowserFixture>, IAsyncLifetime
{
    private readonly List<IBrowserContext> _contexts = [];
    private readonly List<string> _faults = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var context in _contexts)
        {
            await context.DisposeAsync();
        }
    }

    [ChromiumFact]
    public async Task Page_NothingYet_SaysItWaits()
    {
        await using var host = await DashboardHost.StartAsync();

        var page = await OpenAsync(host);

        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");
        await Expect(page.Locator("#empty")).ToHaveTextAsync("Waiting for the first post…");
        Assert.Empty(_faults);
    }

    [ChromiumFact]
    public async Task Page_PostScored_ShowsItWithItsMood()
    {
        await using var host = await DashboardHost.StartAsync();
        var page = await OpenAsync(host);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");

        await host.DeliverAsync(
            Some.Scored(
                "a", "good news", author: "@ana", url: "https://example.org/p/1", topics: ["fed"],
                at: TimeProvider.System.GetUtcNow()),
            Some.Status(published: 3, inFlight: 2));

        var post = page.Locator(".post");
        await Expect(post.Locator(".text")).ToHaveTextAsync("good news");
        await Expect(post.Locator(".badge")).ToContainTextAsync("Positive");
        await Expect(post.Locator(".score")).ToHaveTextAsync("+0.87");
        await Expect(post.Locator(".stack")).ToHaveAttributeAsync(
            "aria-label", "Negative 3 %, neutral 7 %, positive 90 %");
        await Expect(post.Locator(".author")).ToHaveTextAsync("@ana");
        await Expect(post.Locator("a")).ToHaveAttributeAsync("href", "https://example.org/p/1");
        await Expect(post.Locator("a")).ToHaveAttributeAsync("rel", "noopener noreferrer nofollow");
        await Expect(page.Locator("#scored")).ToHaveTextAsync("1");
        await Expect(page.Locator("#in-flight")).ToHaveTextAsync("2");
        await Expect(page.Locator("#topic-rows .name")).ToHaveTextAsync("fed");
        await Expect(page.Locator("#showing")).ToHaveTextAsync(new Regex("^[0-9.]+ m?s$"));
        Assert.Empty(_faults);
    }

    [ChromiumFact]
    public async Task Page_WindowsAndShifts_AreShownBySideOfEachOther()
    {
        await using var host = await DashboardHost.StartAsync();
        var page = await OpenAsync(host);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");
        await Expect(page.Locator("#trends")).ToBeHiddenAsync();

        await host.DeliverAsync(Some.Windows("fed", posts: 12_345), Some.Windows("cars <b>", mean: -0.4));
        await host.DeliverAsync(Some.Shift("fed", at: Some.Time.AddYears(-1)), Some.Shift("cars <b>", from: 0.01));

        await Expect(page.Locator("#window-heads th")).ToHaveTextAsync(["Topic", "1 min", "24 h"]);
        await Expect(page.Locator("#window-rows bdi")).ToHaveTextAsync(["fed", "cars <b>"]);
        await Expect(page.Locator("#window-rows .value")).ToHaveTextAsync(["–", "+0.25", "–", "−0.40"]);
        await Expect(page.Locator("#shift-rows .name")).ToHaveTextAsync(["cars <b>", "fed"]);
        await Expect(page.Locator("#shift-rows li").First).ToContainTextAsync("120 posts in 5 min");
        Assert.False(await OverflowsAsync(page));
        Assert.Empty(_faults);
    }

    [ChromiumFact]
    public async Task Page_HostileTexts_AreShownAsTextAndRunNothing()
    {
        const string Markup = "<img src=x onerror=alert(1)><script>alert(2)</script></p></li><svg onload=alert(3)>";
        await using var host = await DashboardHost.StartAsync();
        var page = await OpenAsync(host, width: 360, height: 740);

        await host.DeliverAsync(
            Some.Scored("<b>a", Markup, author: Markup, url: "javascript:alert(4)", topics: [Markup], source: Markup),
            Some.Scored("b", new string('W', 1000)),
            Some.Scored("c", "\u202eright to left\u202e", author: "\u202eanna"),
            Some.Scored("d", "z" + string.Concat(Enumerable.Repeat("\u0310\u0348", 400))),
            Some.Scored("e", string.Concat(Enumerable.Repeat("line\n", 200))));

        await Expect(page.Locator(".post")).ToHaveCountAsync(5);
        await Expect(page.Locator(".text").Last).ToHaveTextAsync(Markup);
        Assert.Equal(0, await page.Locator("#list script, #list img, #list svg, #list a").CountAsync());
        Assert.False(await OverflowsAsync(page));
        var tallest = await page.EvaluateAsync<double>(
            "Math.max(...[...document.querySelectorAll('.text')].map(t => t.getBoundingClientRect().height))");
        Assert.InRange(tallest, 1, 250);
        Assert.Empty(_faults);
    }

    [ChromiumFact]
    public async Task Page_ServerRestarts_ReconnectsAndShowsWhatItMissed()
    {
        var first = await DashboardHost.StartAsync();
        var port = first.Address.Port;
        await first.DeliverAsync(Some.Scored("before", "before"));
        var page = await OpenAsync(first);
        await Expect(page.Locator(".post")).ToHaveCountAsync(1);

        await first.DisposeAsync();
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Reconnecting…");
        await using var second = await DashboardHost.StartAsync(
            port: port, options: [("SnapshotPosts", "1"), ("ReconnectDelay", "00:00:00.100")]);
        await second.DeliverAsync(
            Some.Scored("1", "missed 1"), Some.Scored("2", "missed 2"), Some.Scored("3", "missed 3"));

        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");
        await Expect(page.Locator(".text")).ToHaveTextAsync(["missed 3", "missed 2", "missed 1", "before"]);
    }

    [ChromiumFact]
    public async Task Page_PassedByTheRing_StartsItsListAnewAndSaysSo()
    {
        var clock = new ManualTimeProvider();
        await using var host = await DashboardHost.StartAsync(
            clock, options: [("RingPosts", "10"), ("SnapshotPosts", "2")]);
        await host.DeliverAsync(Some.Scored("before", "before"));
        var page = await OpenAsync(host);
        await Expect(page.Locator(".post")).ToHaveCountAsync(1);

        await host.DeliverAsync([.. Enumerable.Range(0, 30).Select(n => Some.Scored($"{n}", $"post {n}"))]);
        clock.Advance(TimeSpan.FromSeconds(1));

        await Expect(page.Locator(".text")).ToHaveTextAsync(["post 29", "post 28"]);
        await Expect(page.Locator("#notice")).ToContainTextAsync("28 posts passed while this page was away");
    }

    [ChromiumFact]
    public async Task Keys_MoodAndEscape_FilterTheList()
    {
        await using var host = await DashboardHost.StartAsync();
        var page = await OpenAsync(host);
        await host.DeliverAsync(
            Some.Scored("a", "bad", SentimentLabel.Negative), Some.Scored("b", "fine", SentimentLabel.Neutral));
        await Expect(page.Locator(".post")).ToHaveCountAsync(2);

        await page.Keyboard.PressAsync("1");
        await Expect(page.Locator(".text")).ToHaveTextAsync(["bad"]);
        await page.Keyboard.PressAsync("3");
        await Expect(page.Locator("#empty")).ToContainTextAsync("None of the newest posts match");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".text")).ToHaveTextAsync(["fine", "bad"]);

        Assert.Empty(_faults);
    }

    [ChromiumFact]
    public async Task Keys_TopicChosen_FilterTheList()
    {
        await using var host = await DashboardHost.StartAsync();
        var page = await OpenAsync(host);
        await host.DeliverAsync(
            Some.Scored("a", "on fed", topics: ["fed"]), Some.Scored("b", "on cars", topics: ["cars"]));
        await Expect(page.Locator("#topic-rows li")).ToHaveCountAsync(2);

        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator("#topic")).ToBeFocusedAsync();
        await page.Locator("#topic").SelectOptionAsync("fed");
        await Expect(page.Locator(".text")).ToHaveTextAsync(["on fed"]);
        await Expect(page.Locator("#topic-rows [aria-pressed=true] .name")).ToHaveTextAsync("fed");

        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".post")).ToHaveCountAsync(2);
    }

    [ChromiumFact]
    public async Task Keys_Space_PausesAndGoesOn()
    {
        await using var host = await DashboardHost.StartAsync();
        var page = await OpenAsync(host);
        await host.DeliverAsync(Some.Scored("a", "first"));
        await Expect(page.Locator(".post")).ToHaveCountAsync(1);

        await page.Keyboard.PressAsync("Space");
        await host.DeliverAsync(Some.Scored("b", "second"), Some.Deleted("a"));
        await Expect(page.Locator("#pause")).ToHaveTextAsync("Resume · 1 new");
        await Expect(page.Locator(".post")).ToHaveCountAsync(0); // what its author took back is gone, paused or not
        await page.Keyboard.PressAsync("Space");

        await Expect(page.Locator(".text")).ToHaveTextAsync(["second"]);
        await Expect(page.Locator("#pause")).ToHaveAttributeAsync("aria-pressed", "false");
    }

    [ChromiumFact]
    public async Task Page_SourceFinished_SaysHowItEnded()
    {
        await using var host = await DashboardHost.StartAsync();
        var page = await OpenAsync(host);

        await host.DeliverAsync(Some.Scored("a"), Some.Status("file", published: 1, finished: true));

        await Expect(page.Locator("#connection")).ToHaveTextAsync("Finished");
        await Expect(page.Locator("#notice")).ToHaveTextAsync(
            "Read to the end: 1 post, 1 scored, 0 rejected, 0 lost.");
    }

    [ChromiumFact]
    public async Task Page_TooManyClients_ConnectsOnceThereIsRoom()
    {
        await using var host = await DashboardHost.StartAsync(options: ("MaxClients", "1"));
        var other = await host.ConnectAsync();
        await other.NextAsync("snapshot");
        var page = await OpenAsync(host);
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Reconnecting…");

        other.Dispose();

        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");
    }

    [ChromiumFact]
    public async Task Page_Phone_HasNoHorizontalScroll()
    {
        await using var host = await DashboardHost.StartAsync();
        var page = await OpenAsync(host, width: 360, height: 740);

        await host.DeliverAsync(
            Some.Scored("a", "hello", topics: ["a topic whose name does not fit on a phone at all, not even nearly"]),
            Some.Status(published: 123_456_789, inFlight: 4096));

        await Expect(page.Locator("#in-flight")).ToHaveTextAsync("4,096");
        Assert.False(await OverflowsAsync(page));
    }

    [ChromiumFact]
    public async Task Page_DarkAndLight_BothHaveReadableContrast()
    {
        await using var host = await DashboardHost.StartAsync();
        await host.DeliverAsync(
            Some.Scored("a", label: SentimentLabel.Negative),
            Some.Scored("b", label: SentimentLabel.Neutral),
            Some.Scored("c"));

        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            var page = await OpenAsync(host, scheme: scheme);
            await Expect(page.Locator(".post")).ToHaveCountAsync(3);

            var least = await page.EvaluateAsync<double>(LeastContrast);

            Assert.True(least >= 4.5, $"{scheme}: the least contrast of text is {least:F2}, expected 4.5 or more");
        }
    }

    // WCAG 2.2, relative luminance and contrast ratio, of every element with text of its own.
    private const string LeastContrast =
        """
        () => {
          const parse = (color) => color.match(/[\d.]+/g).map(Number);
          const luminance = ([r, g, b]) => [r, g, b]
            .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const background = (e) => {
            const color = parse(getComputedStyle(e).backgroundColor);
            return color.length < 4 || color[3] === 1 ? color : background(e.parentElement);
          };
          const texts = [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()
            && !e.closest('.hidden, .skip') && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
          return Math.min(...texts.map((e) => {
            const [a, b] = [luminance(parse(getComputedStyle(e).color)), luminance(background(e))];
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          }));
        }
        """;

    private async Task<IPage> OpenAsync(
        DashboardHost host, int width = 1280, int height = 800, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await browser.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        }).DefaultTimeout();
        _contexts.Add(context);
        var page = await context.NewPageAsync().DefaultTimeout();
        page.Console += (_, message) => Note(message.Type is "error" or "warning" ? message.Text : null);
        page.PageError += (_, error) => Note(error);
        page.Dialog += (_, dialog) => Note($"dialog: {dialog.Message}");
        await page.GotoAsync(host.Address.ToString()).DefaultTimeout();
        return page;
    }

    private void Note(string? fault)
    {
        if (fault is not null)
        {
            lock (_faults)
            {
                _faults.Add(fault);
            }
        }
    }

    private static Task<bool> OverflowsAsync(IPage page) =>
        page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
}
