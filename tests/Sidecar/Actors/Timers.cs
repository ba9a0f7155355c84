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
        Remove(type, id, name);
        _timers[(type, id, name)] = cancel;
        _ = RunAsync(type, id, name, schedule, cancel.Token);
    }

    public void Remove(string type, string id, string name)
    {
        if (_timers.TryRemove((type, id, name), out var timer))
        {
            timer.Cancel();
        }
    }

    public void RemoveAll(string type, string id)
    {
        foreach (var key in _timers.Keys.Where(k => k.Type == type && k.Id == id))
        {
            Remove(type, id, key.Name);
        }
    }

    public void Clear()
    {
        foreach (var key in _timers.Keys)
        {
            Remove(key.Type, key.Id, key.Name);
        }
    }

    private async Task RunAsync(string type, string id, string name, Schedule schedule, CancellationToken cancellationToken)
    {
        static string Json(string text) => Encoding.UTF8.GetString(GoJson.Text(text));
        var data = schedule.Data is null ? "" : $"\"data\":{schedule.Data},";
        var body = Encoding.UTF8.GetBytes($$"""{{{data}}"callback":{{Json(schedule.Callback)}},"dueTime":{{Json(schedule.DueTime)}},"period":{{Json(schedule.Period)}}}""");
        try
        {
            var began = Environment.TickCount64;
            var at = schedule.Due;
            for (var fired = 0; fired != schedule.Times; at += schedule.Every)
            {
                var wait = at - TimeSpan.FromMilliseconds(Environment.TickCount64 - began);
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, TimeProvider.System, cancellationToken);
                if (schedule.TimeToLive is { } ttl && at > schedule.Due + ttl)
                {
                    break;
                }

                fired++;
                var answer = await host.TurnAsync(type, id, () => app.CallAsync("PUT", $"{ActorHost.PathOf(type, id)}/method/timer/{Uri.EscapeDataString(name)}", [], body, "application/json"));
                if (answer.Headers.Any(h => h.Name.Equals("X-DaprReminderCancel", StringComparison.OrdinalIgnoreCase) && h.Value == "true"))
                {
                    break;
                }
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or HttpRequestException or IOException)
        {
            // Removed, or the app has gone.
        }
    }
}
