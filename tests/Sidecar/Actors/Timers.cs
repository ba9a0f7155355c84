using System.Collections.Concurrent;
using System.Text;
using Moodstream.Tests.Sidecar.PubSub;

namespace Moodstream.Tests.Sidecar.Actors;

/// <summary>Timers: in this sidecar's memory, gone with the actor (Dapr's contract, 5.5; 08a-actors).</summary>
internal sealed class Timers(ActorHost host, AppChannel app)
{
    private readonly ConcurrentDictionary<(string Type, string Id, string Name), CancellationTokenSource> _timers = new();

    public void Set(string type, string id, string name, Schedule schedule)
    {
        var cancel = new CancellationTokenSource();
        Remove(k => k == (type, id, name));
        _timers[(type, id, name)] = cancel;
        _ = RunAsync(type, id, name, schedule, cancel.Token);
    }

    public void Remove(Func<(string Type, string Id, string Name), bool> which)
    {
        foreach (var key in _timers.Keys.Where(which))
        {
            if (_timers.TryRemove(key, out var timer))
            {
                timer.Cancel();
            }
        }
    }

    private async Task RunAsync(string type, string id, string name, Schedule schedule, CancellationToken cancellationToken)
    {
        var data = schedule.Data is null ? "" : $"\"data\":{schedule.Data},";
        var body = Encoding.UTF8.GetBytes($$"""{{{data}}"callback":{{GoJson.Quote(schedule.Callback)}},"dueTime":{{GoJson.Quote(schedule.DueTime)}},"period":{{GoJson.Quote(schedule.Period)}}}""");
        try
        {
            var began = Environment.TickCount64;
            var at = schedule.Due;
            for (var fired = 0; fired != schedule.Times; at += schedule.Every)
            {
                var wait = at - TimeSpan.FromMilliseconds(Environment.TickCount64 - began);
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, TimeProvider.System, cancellationToken);
                fired++;
                await host.TurnAsync(type, id, () => app.CallAsync("PUT", $"{ActorHost.PathOf(type, id)}/method/timer/{Uri.EscapeDataString(name)}", [], body, "application/json"));
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or HttpRequestException or IOException)
        {
            // Removed, or the app has gone.
        }
    }
}
