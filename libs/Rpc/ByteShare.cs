namespace Moodstream.Rpc;

/// <summary>What one request holds of a <see cref="ByteBudget"/>. One caller at a time.</summary>
public sealed class ByteShare : IDisposable
{
    private readonly ByteBudget _budget;
    private long _held;

    internal ByteShare(ByteBudget budget) => _budget = budget;

    /// <summary>Takes what is missing, before the memory is taken or more is read.</summary>
    /// <param name="bytes">Bytes the request needs in all; no more than it holds already changes nothing.</param>
    /// <returns>False when the budget has no room; what was held stays held.</returns>
    public bool TryGrowTo(long bytes)
    {
        if (bytes <= _held)
        {
            return true;
        }

        if (!_budget.TryTake(bytes - _held))
        {
            return false;
        }

        _held = bytes;
        return true;
    }

    /// <summary>Gives everything back.</summary>
    public void Dispose()
    {
        _budget.Give(_held);
        _held = 0;
    }
}
