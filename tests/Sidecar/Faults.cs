using System.Collections.Concurrent;
using System.Text.Json;

namespace Moodstream.Tests.Sidecar;

/// <summary>What the double does wrong on purpose; set in process, or at POST /double/faults.</summary>
public sealed class Faults
{
    private readonly ConcurrentDictionary<string, int> _publishes = new();
    private long _deliveries;
    private long _count;

    /// <summary>Publishes are refused with 500, single and bulk.</summary>
    public bool RefusesPublishes { get; set; }

    /// <summary>Each entry is given to the app twice before it is acked.</summary>
    public bool DeliversTwice { get; set; }

    /// <summary>Of so many publishes to a topic one is acknowledged and stored nowhere; 0: none.</summary>
    public int LosesOneIn { get; set; }

    /// <summary>Publishes neither succeed nor fail: they are never answered.</summary>
    public bool HangsPublishes { get; set; }

    /// <summary>Of so many entries one is acked without reaching the app, as a real sidecar does now and then (Dapr's contract, 11.2); 0: none.</summary>
    public int LosesDeliveryOneIn { get; set; }

    /// <summary>How often it did wrong so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    internal bool Refuses() => RefusesPublishes && Counted();

    internal bool Hangs() => HangsPublishes && Counted();

    internal bool DeliversAgain() => DeliversTwice && Counted();

    /// <summary>Whether this publish is the one in N: counted, so that a run repeats.</summary>
    internal bool Loses(string topic)
    {
        var one = LosesOneIn;
        return one > 0 && _publishes.AddOrUpdate(topic, 1, (_, n) => n + 1) % one == 0 && Counted();
    }

    internal bool LosesDelivery()
    {
        var one = LosesDeliveryOneIn;
        return one > 0 && Interlocked.Increment(ref _deliveries) % one == 0 && Counted();
    }

    /// <summary>Sets the switches that the object names, e.g. {"refusePublishes":true,"loseOneIn":1000}.</summary>
    internal void Set(JsonElement switches)
    {
        foreach (var member in switches.EnumerateObject())
        {
            switch (member.Name)
            {
                case "refusePublishes": RefusesPublishes = member.Value.GetBoolean(); break;
                case "hangPublishes": HangsPublishes = member.Value.GetBoolean(); break;
                case "deliverTwice": DeliversTwice = member.Value.GetBoolean(); break;
                case "loseOneIn": LosesOneIn = member.Value.GetInt32(); break;
                case "loseDeliveryOneIn": LosesDeliveryOneIn = member.Value.GetInt32(); break;
                default: throw new FormatException($"no switch '{member.Name}'");
            }
        }
    }

    private bool Counted() => Interlocked.Increment(ref _count) > 0;
}
