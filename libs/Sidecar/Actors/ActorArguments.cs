using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess.Actors;

namespace Moodstream.Sidecar.Actors;

/// <summary>Holds what an actor asks of its host to the documented ranges.</summary>
internal static class ActorArguments
{
    private static readonly TimeSpan MostTime = TimeSpan.FromDays(365);

    /// <summary>Refuses a reminder or timer that the port does not take.</summary>
    public static ActorAlarm CheckAlarm(string name, TimeSpan due, TimeSpan? period, ReadOnlyMemory<byte> data)
    {
        ActorAddress.Check(name, nameof(name), "a reminder's or timer's name");
        if (due < TimeSpan.Zero || due > MostTime)
        {
            throw new ArgumentException($"0 to {MostTime.Days} days are taken, not {due}", nameof(due));
        }

        if (period < TimeSpan.FromSeconds(1) || period > MostTime)
        {
            throw new ArgumentException($"1 s to {MostTime.Days} days are taken, not {period}", nameof(period));
        }

        if (!data.IsEmpty)
        {
            ActorTurn.CheckJson(data, ActorLimits.MaxReminderBytes, nameof(data));
        }

        return new ActorAlarm(due, period, data);
    }
}
