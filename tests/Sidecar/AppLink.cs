using System.Text.Json;
using Moodstream.Tests.Sidecar.Api;
using Moodstream.Tests.Sidecar.PubSub;

namespace Moodstream.Tests.Sidecar;

/// <summary>Finds the app, asks it what it is, once, and watches its health (Dapr's contract, 2.1, 2.7, 2.8, 2.10; 01a to 01d).</summary>
internal sealed class AppLink(SidecarOptions options, AppChannel app, SubscriptionHost subscriptions, ActorsApi? actors)
{
    private static readonly TimeSpan BetweenDials = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(500);

    private bool _asked;
    private JsonElement? _config;

    /// <summary>Whether the app has been found and asked.</summary>
    public bool Ready { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.AppPort == 0)
        {
            Ready = true;
            return;
        }

        while (!await app.ListensAsync(cancellationToken))
        {
            await Task.Delay(BetweenDials, TimeProvider.System, cancellationToken);
        }

        if (options.AppProtocol != "http")
        {
            Ready = true;
        }
        else if (options.AppHealthCheck)
        {
            Ready = true;
            await WatchAsync(cancellationToken);
        }
        else
        {
            await UseAsync();
            Ready = true;
        }
    }

    private async Task UseAsync()
    {
        List<(string, string)> headers = [("Dapr-App-Id", options.AppId)];
        if (!_asked)
        {
            _asked = true;
            _config = await AskAsync("/dapr/config", headers);
            // Without a pub/sub component there is nothing to subscribe to.
            var list = subscriptions.Possible ? await AskAsync("/dapr/subscribe", headers) : null;
            subscriptions.Set(list is { } own ? Subscription.OfApp(own) : []);
        }

        await (actors?.RegisterAsync(_config) ?? Task.CompletedTask);
        subscriptions.Start();
    }

    /// <summary>What the app says, null unless it is 200; tried again only while nothing answers, at most 3 times.</summary>
    private async Task<JsonElement?> AskAsync(string path, List<(string, string)> headers)
    {
        for (var retry = 0; ; retry++)
        {
            try
            {
                var answer = await app.CallAsync("GET", path, headers, null, "application/json");
                return answer.Status == 200 ? JsonElement.Parse(answer.Body) : null;
            }
            catch (HttpRequestException) when (retry < 3)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
            }
            catch (HttpRequestException problem)
            {
                options.Log($"GET {path}: {problem.Message}");
                return null;
            }
        }
    }

    /// <summary>So many failed probes in a row make it unhealthy, one good one healthy; it begins unhealthy.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var healthy = false;
        var failures = 0;
        using var timer = new PeriodicTimer(options.AppHealthInterval, TimeProvider.System);
        do
        {
            var good = await ProbeAsync();
            failures = good ? 0 : failures + 1;
            if (good && !healthy)
            {
                healthy = true;
                await UseAsync();
            }
            else if (healthy && failures >= options.AppHealthThreshold)
            {
                healthy = false;
                options.Log("app is not healthy");
                subscriptions.Stop();
                await (actors?.LeaveAsync() ?? Task.CompletedTask);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task<bool> ProbeAsync()
    {
        try
        {
            return (await app.CallAsync("GET", "/healthz", [], null, null, ProbeTimeout)).Good;
        }
        catch (Exception problem) when (problem is HttpRequestException or OperationCanceledException or IOException)
        {
            return false;
        }
    }
}
