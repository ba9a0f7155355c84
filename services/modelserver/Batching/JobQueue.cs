namespace Moodstream.ModelServer.Batching;

/// <summary>
/// What waits for the model: bounded in sequences, oldest first. Nothing waits for a batch to fill; it fills while those
/// before are computed.
/// </summary>
/// <param name="capacity">Most sequences that wait.</param>
/// <param name="maxBatchTokens">Most token ids of a batch; a longer sequence goes alone.</param>
internal sealed class JobQueue(int capacity, int maxBatchTokens)
{
    // Guards all below; threads that have nothing to do wait on it.
    private readonly object _lock = new();
    private readonly LinkedList<ScoreJob> _jobs = [];
    private int _idle;
    private int _sequences;
    private long _tokens; // Of the sequences that wait.
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

    /// <summary>Threads that have nothing to do.</summary>
    public int Idle
    {
        get
        {
            lock (_lock)
            {
                return _idle;
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
            _tokens += job.Sequences.Ids.Length;
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>
    /// Waits for a job and fills a batch with as many of the oldest as fit, or with what is the caller's share when other
    /// threads have nothing to do; those nobody waits for are dropped.
    /// </summary>
    /// <returns>Jobs dropped since the last call.</returns>
    /// <remarks>
    /// The batch stays empty when there were only such to drop; and, with 0 dropped, when the queue is closed and nothing
    /// is left.
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
                    _idle++;
                    Monitor.Wait(_lock);
                    _idle--;
                }

                Fill(batch);
            }

            if (_jobs.Count > 0)
            {
                Monitor.Pulse(_lock); // One job may be work for several.
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
        var share = (_tokens + _idle) / (_idle + 1); // Rounded up.
        while (_jobs.First is { Value: var job })
        {
            if (job.IsAbandoned)
            {
                Drop(job);
                RemoveFirst();
                continue;
            }

            var count = batch.Add(job, _nextSequence, _nextStart, maxBatchTokens, share);
            if (count == 0)
            {
                break;
            }

            _sequences -= count;
            for (var i = 0; i < count; i++)
            {
                var length = job.Sequences.Lengths[_nextSequence++];
                _nextStart += length;
                _tokens -= length;
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
        var sequences = _jobs.First!.Value.Sequences; // called when there is one
        _sequences -= sequences.Count - _nextSequence;
        _tokens -= sequences.Ids.Length - _nextStart;
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
                _tokens -= node.Value.Sequences.Ids.Length;
                Drop(node.Value);
                _jobs.Remove(node);
            }

            node = next;
        }
    }
}
