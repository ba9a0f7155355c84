using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Settlement;

/// <summary>
/// <see cref="SettlementWindow"/> as the loops share it: behind a lock, with a signal for each loop that waits on it.
/// The intake offers rows, the publisher takes what is to go out, the topic handler brings the answers.
/// </summary>
internal sealed class SharedWindow(SettlementWindow window)
{
    private readonly Lock _lock = new(); // Guards the window and _sourceEnded.
    private readonly Signal _outgoing = new();
    private readonly Signal _room = new();
    private readonly Signal _empty = new();
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _sourceEnded;

    /// <summary>Completes when the source has ended and everything it gave is settled.</summary>
    public Task Finished => _finished.Task;

    public SettlementReading Read()
    {
        lock (_lock)
        {
            return new SettlementReading(
                window.Counts, window.InFlight, window.OldestAge, window.IsEmpty);
        }
    }

    public SourcePosition Restore(SettlementState? state, bool canGoOn)
    {
        lock (_lock)
        {
            if (state is not null)
            {
                window.Restore(state, canGoOn);
            }

            return window.ReadFrom;
        }
    }

    public SettlementState Save()
    {
        lock (_lock)
        {
            return window.Save();
        }
    }

    /// <summary>Offers a row until the window takes it or has a reason not to.</summary>
    public async Task<Admission> AdmitAsync(
        SourcePosition position, string id, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        while (true)
        {
            var admission = Admit(position, id, payload);
            if (admission != Admission.WindowFull)
            {
                return admission;
            }

            await _room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until the window has room, so that a row is not read long before it can enter.</summary>
    public async Task WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (!HasRoom())
        {
            await _room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Waits until everything that entered is settled.</summary>
    public async Task WhenEmptyAsync(CancellationToken cancellationToken)
    {
        while (!Read().IsEmpty)
        {
            await _empty.WaitAsync(cancellationToken);
        }
    }

    public bool Drop(SourcePosition position, DropReason reason)
    {
        lock (_lock)
        {
            return window.Drop(position, reason);
        }
    }

    public void SourceEnded()
    {
        lock (_lock)
        {
            _sourceEnded = true;
            CompleteIfFinished();
        }
    }

    /// <summary>Waits until there is something to publish.</summary>
    public async Task TakeOutgoingAsync(
        List<InFlightPost> into, int maxCount, long maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                window.TakeOutgoing(into, maxCount, maxBytes);
            }

            if (into.Count > 0)
            {
                return;
            }

            await _outgoing.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Answers a publish: one value per post, true where the broker took it.</summary>
    public void Answer(IReadOnlyList<(InFlightPost Post, bool Taken)> answers)
    {
        lock (_lock)
        {
            foreach (var (post, _) in answers.Where(a => a.Taken))
            {
                window.Published(post);
            }

            // Backwards: each goes to the front, so the first of them ends up first again.
            foreach (var (post, _) in answers.Where(a => !a.Taken).Reverse())
            {
                window.PublishFailed(post);
            }
        }
    }

    public void Republish()
    {
        lock (_lock)
        {
            if (!window.Republish())
            {
                return;
            }
        }

        _outgoing.Set();
    }

    /// <summary>Settles a post, and sends out what that allows to be sent.</summary>
    public InFlightPost? Settle(string id, SettleOutcome outcome)
    {
        InFlightPost? settled;
        bool republish;
        bool empty;
        lock (_lock)
        {
            settled = window.Settle(id, outcome);
            republish = window.Republish();
            empty = window.IsEmpty;
            CompleteIfFinished();
        }

        if (settled is not null)
        {
            _room.Set();
        }

        if (empty)
        {
            _empty.Set();
        }

        if (republish)
        {
            _outgoing.Set();
        }

        return settled;
    }

    private Admission Admit(SourcePosition position, string id, ReadOnlyMemory<byte> payload)
    {
        Admission admission;
        lock (_lock)
        {
            admission = window.Admit(position, id, payload);
        }

        if (admission == Admission.Admitted)
        {
            _outgoing.Set();
        }

        return admission;
    }

    private bool HasRoom()
    {
        lock (_lock)
        {
            return window.HasRoom;
        }
    }

    // Called under the lock.
    private void CompleteIfFinished()
    {
        if (_sourceEnded && window.IsEmpty)
        {
            _finished.TrySetResult();
        }
    }
}
