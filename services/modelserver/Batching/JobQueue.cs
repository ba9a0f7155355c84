namespace Moodstream.ModelServer.Batching;

/// <summary>
/// What waits for the model: bounded in sequences, oldest first. Nothing waits for a batch to fill; it fills while the
/// one before is computed.
/// </summary>
/// <param name="capacity">Most sequences that wait.</param>
internal sealed class JobQueue(int capacity)
{
    // Guards all below; the model's thread waits on it.
    private readonly object _lock = new();
    private readonly LinkedList<ScoreJob> _jobs = [];
    private int _sequences;
    private int _nextSequence;
    private int _nextStart;
    private int _dropped;
    private bool _closed;

    /// <summary>Most sequences that wait.</summary>
    public int Capacity => capacity;

    /// <summary>Sequences that wait.</summary>
    public int Sequences
    {
        get
        {
            lock (_lock)
            {
                return _sequences;
            }
        }
    }

    /// <summary>When the job that is next came; null when none waits.</summary>
    public long? OldestEnqueuedAt
    {
        get
        {
            lock (_lock)
            {
                return _jobs.First?.Value.EnqueuedAt;
            }
        }
    }

    /// <summary>Adds a job at the end.</summary>
    /// <param name="job">At least one sequence, at most <see cref="Capacity"/>.</param>
    /// <returns>False when there is no room for it, or the queue is closed.</returns>
    public bool TryAdd(ScoreJob job)
    {
        lock (_lock)
        {
            if (_sequences + job.Sequences.Count > capacity)
            {
                DropAbandoned();
            }

            if (_closed || _sequences + job.Sequences.Count > capacity)
            {
                return false;
            }

            _jobs.AddLast(job);
            _sequences += job.Sequences.Count;
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Waits for a job and fills a batch with as many of the oldest as fit; those nobody waits for are dropped.</summary>
    /// <returns>Jobs dropped since the last call.</returns>
    /// <remarks>
    /// Called by one thread. The batch stays empty when there were only such to drop; and, with 0 dropped, when the queue
    /// is closed and nothing is left.
    /// </remarks>
    public int Take(Batch batch)
    {
        batch.Clear();
        lock (_lock)
        {
            while (batch.Sequences == 0 && _dropped == 0 && !(_closed && _jobs.Count == 0))
            {
                if (_jobs.Count == 0)
                {
                    Monitor.Wait(_lock);
                }

                Fill(batch);
            }

            var dropped = _dropped;
            _dropped = 0;
            return dropped;
        }
    }

    /// <summary>Takes no more jobs; those that wait are still taken.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Fill(Batch batch)
    {
        while (_jobs.First is { Value: var job })
        {
            if (job.IsAbandoned)
            {
                Drop(job);
                RemoveFirst();
                continue;
            }

            var count = batch.Add(job, _nextSequence, _nextStart);
            if (count == 0)
            {
                break;
            }

            _sequences -= count;
            for (var i = 0; i < count; i++)
            {
                _nextStart += job.Sequences.Lengths[_nextSequence++];
            }

            if (_nextSequence == job.Sequences.Count)
            {
                RemoveFirst();
            }
        }
    }

    private void Drop(ScoreJob job)
    {
        _dropped++;
        job.Abandoned();
    }

    /// <summary>Takes the first job out, with what of it is not in a batch.</summary>
    private void RemoveFirst()
    {
        _sequences -= _jobs.First!.Value.Sequences.Count - _nextSequence; // called when there is one
        _jobs.RemoveFirst();
        _nextSequence = 0;
        _nextStart = 0;
    }

    // Behind the first, which may be in a batch in part.
    private void DropAbandoned()
    {
        for (var node = _jobs.First?.Next; node is not null;)
        {
            var next = node.Next;
            if (node.Value.IsAbandoned)
            {
                _sequences -= node.Value.Sequences.Count;
                Drop(node.Value);
                _jobs.Remove(node);
            }

            node = next;
        }
    }
}
