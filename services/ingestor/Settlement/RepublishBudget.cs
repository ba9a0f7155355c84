namespace Moodstream.Ingestor.Settlement;

/// <summary>Caps republishes at a tenth of the settles, so that repair never competes with the work itself.</summary>
/// <param name="window">The window: a tenth of it is the most that can be saved up.</param>
internal sealed class RepublishBudget(int window)
{
    private const int SettlesPerRepublish = 10;

    // In settles. Starts empty: what settled before the restart earns nothing.
    private long _earned;

    public void Earn() => _earned = Math.Min(_earned + 1, Math.Max(window, SettlesPerRepublish));

    public bool TrySpend()
    {
        if (_earned < SettlesPerRepublish)
        {
            return false;
        }

        _earned -= SettlesPerRepublish;
        return true;
    }
}
