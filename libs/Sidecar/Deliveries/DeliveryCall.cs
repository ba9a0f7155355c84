namespace Moodstream.Sidecar.Deliveries;

/// <summary>
/// One delivery from its arrival on: its time limit, and its place among the deliveries handled at once, which it
/// keeps until its handler is done, also when it was answered long before.
/// </summary>
internal sealed class DeliveryCall : IDisposable
{
    private readonly DeliveryHub _hub;
    private readonly TopicRoute _route;
    private readonly CancellationTokenSource _limit;
    private readonly CancellationTokenSource _either;
    private bool _isIn;

    public DeliveryCall(DeliveryHub hub, TopicRoute route, TimeSpan limit, TimeProvider time)
    {
        _hub = hub;
        _route = route;
        _limit = new CancellationTokenSource(limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, hub.Ended);
        Token = _either.Token;
    }

    /// <summary>Cancelled when the delivery is to be answered at the latest.</summary>
    public CancellationToken Token { get; }

    /// <summary>Waits until the program has started and fewer deliveries are handled than may be at once.</summary>
    /// <returns>False when its time was over first, or the program stops.</returns>
    public async Task<bool> TryEnterAsync()
    {
        try
        {
            await _hub.Started.WaitAsync(Token);
            if (_hub.IsStopping)
            {
                return false;
            }

            await _route.Gate.WaitAsync(Token);
            _isIn = true;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Waits for the handler, until the time to answer is over.</summary>
    /// <returns>Whether the handler was done first.</returns>
    public async Task<bool> TryFinishAsync(Task handling)
    {
        try
        {
            await handling.WaitAsync(Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            // Its own end may come in the same moment, and must not become a failed request.
            return handling.IsCompleted;
        }
    }

    public void Dispose()
    {
        if (_isIn)
        {
            _route.Gate.Release();
        }

        _either.Dispose();
        _limit.Dispose();
    }
}
