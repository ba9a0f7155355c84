using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.BuildingBlocks.InProcess.Actors;

/// <summary>
/// The place of one actor in its host: its turns one at a time, its record, its alarms. It outlives activations, and
/// is removed when it has neither an activation, nor reminders, nor callers.
/// </summary>
internal sealed class ActorCell : IDisposable
{
    // As Dapr's scheduler; but for as long as it takes, where that one gives up after the third.
    private static readonly TimeSpan ReminderRetry = TimeSpan.FromSeconds(1);

    // Timers of the system take less than 50 days; a longer wait is looked at again.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly ActorTypeHost _host;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ITimer _alarm;

    // All below belong to the turn, that is, to who holds the gate.
    private IActor? _actor;
    private ActorContext? _context;
    private ActorRecord? _record;
    private DateTimeOffset? _nextReminder;
    private DateTimeOffset _retryReminders;
    private DateTimeOffset _lastTurn;

    public ActorCell(ActorTypeHost host, string id)
    {
        _host = host;
        Id = id;
        _alarm = host.Time.CreateTimer(
            _ => _ = Task.Run(RingAsync, CancellationToken.None), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Id { get; }

    /// <summary>Calls and alarms that hold the cell; the host's, under its lock.</summary>
    public int Users { get; set; }

    public bool IsActive => _actor is not null;

    /// <summary>Whether nothing would be lost with the cell; asked when it has no users.</summary>
    public bool IsEmpty => _actor is null && _nextReminder is null;

    /// <summary>Takes up the reminders of an earlier process.</summary>
    public void Restore(DateTimeOffset nextReminder)
    {
        _nextReminder = nextReminder;
        Arm();
    }

    /// <summary>One call, when its turn comes.</summary>
    /// <param name="method">The method.</param>
    /// <param name="body">The caller's bytes.</param>
    /// <param name="waiting">Ends the wait for the turn; a turn that has begun has a time limit of its own.</param>
    public async Task<ReadOnlyMemory<byte>> CallAsync(
        string method, ReadOnlyMemory<byte> body, CancellationToken waiting)
    {
        await _gate.WaitAsync(waiting);
        try
        {
            return await TurnAsync(TurnKind.Call, (actor, token) => actor.CallAsync(method, body, token));
        }
        finally
        {
            Arm();
            _gate.Release();
        }
    }

    /// <summary>Deactivates the actor, after the turns that wait; the alarms are off by then.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            Arm();
            await DeactivateAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _alarm.Dispose();

    private async Task RingAsync()
    {
        if (!_host.TryHold(this))
        {
            return;
        }

        try
        {
            await _gate.WaitAsync(_host.Ended);
            try
            {
                await FireDueAsync();
            }
            finally
            {
                Arm();
                _gate.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // The host has ended; reminders fire after the next start.
        }
        finally
        {
            _host.Leave(this);
        }
    }

    private async Task FireDueAsync()
    {
        if (_host.AlarmsAreOff)
        {
            return;
        }

        var now = _host.Time.GetUtcNow();
        if (_nextReminder <= now && _retryReminders <= now)
        {
            await RemindAsync(now);
        }

        foreach (var (name, timer) in (_context?.Timers ?? []).Where(t => t.Value.Due <= now))
        {
            await TickAsync(name, timer);
        }

        if (IsActive && _host.Time.GetUtcNow() - _lastTurn >= _host.Registration.IdleTimeout)
        {
            await DeactivateAsync();
        }
    }

    private async Task RemindAsync(DateTimeOffset now)
    {
        try
        {
            await ActivateAsync(_host.Ended);
            foreach (var (name, reminder) in _record!.Reminders.Where(r => r.Value.Due <= now).OrderBy(r => r.Value.Due))
            {
                await RemindAsync(name, reminder, now);
            }
        }
        catch (Exception exception)
        {
            _retryReminders = now + ReminderRetry;
            _host.Failed(Id, TurnKind.Reminder, exception);
        }
    }

    // The reminder's next time is saved with what the actor made of this one, in the same write.
    private async Task RemindAsync(string name, ActorAlarm reminder, DateTimeOffset now)
    {
        // An earlier one's turn may have removed or moved this one.
        await ActivateAsync(_host.Ended);
        if (!_record!.Reminders.TryGetValue(name, out var current) || current.Due != reminder.Due)
        {
            return;
        }

        try
        {
            await TurnAsync(
                TurnKind.Reminder,
                Silent((actor, token) => actor.RemindAsync(name, reminder.Data, token)),
                turn =>
                {
                    if (reminder.After(now) is { } next)
                    {
                        turn.SetReminder(name, next);
                    }
                    else
                    {
                        turn.RemoveReminder(name);
                    }
                });
        }
        catch (UnknownActorMethodException)
        {
            // Permanent: it would fail for ever. Perhaps an older version of the actor set it.
            _host.Logger.UnknownReminder(_host.Type, Id, name);
            await TurnAsync(
                TurnKind.Reminder, Silent((_, _) => Task.CompletedTask), turn => turn.RemoveReminder(name));
        }
    }

    private async Task TickAsync(string name, ActorAlarm timer)
    {
        // An earlier timer may have removed this one, or ended the activation.
        if (_context is null || !_context.Timers.ContainsKey(name))
        {
            return;
        }

        try
        {
            _context.Fired(name);
            await TurnAsync(TurnKind.Timer, Silent((actor, token) => actor.TickAsync(name, timer.Data, token)));
        }
        catch (Exception exception)
        {
            _host.Failed(Id, TurnKind.Timer, exception);
        }
    }

    private async Task DeactivateAsync()
    {
        if (!IsActive)
        {
            return;
        }

        try
        {
            await TurnAsync(TurnKind.Deactivate, Silent((actor, token) => actor.DeactivateAsync(token)));
        }
        catch (Exception exception)
        {
            _host.Failed(Id, TurnKind.Deactivate, exception);
        }

        Drop();
    }

    private static Func<IActor, CancellationToken, Task<ReadOnlyMemory<byte>>> Silent(
        Func<IActor, CancellationToken, Task> turn) =>
        async (actor, token) =>
        {
            await turn(actor, token);
            return default;
        };

    private async Task<ReadOnlyMemory<byte>> TurnAsync(
        TurnKind kind,
        Func<IActor, CancellationToken, Task<ReadOnlyMemory<byte>>> run,
        Action<ActorTurn>? before = null)
    {
        var started = _host.Time.GetTimestamp();
        using var limit = new CancellationTokenSource(_host.Registration.Limits.CallTimeout, _host.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _host.Ended);
        var saved = false;
        try
        {
            await ActivateAsync(either.Token);
            var turn = _context!.Begin(_record!);
            before?.Invoke(turn);
            var answer = await run(_actor!, either.Token);
            _context.End();
            if (answer.Length > ActorLimits.MaxCallBytes)
            {
                throw new InvalidOperationException(
                    $"an answer is at most {ActorLimits.MaxCallBytes} bytes, not {answer.Length}");
            }

            await SaveAsync(turn);
            saved = true;
            return answer;
        }
        finally
        {
            _context?.End();
            _lastTurn = _host.Time.GetUtcNow();
            _host.Metrics.Turn(_host.Type, kind, saved, _host.Time.GetElapsedTime(started));
            if (!saved)
            {
                Drop();
            }
        }
    }

    private async Task ActivateAsync(CancellationToken cancellationToken)
    {
        if (_actor is null)
        {
            _record = await _host.ReadAsync(Id, cancellationToken);
            _nextReminder = _record.NextReminder;
            _context = new ActorContext(Id, _host.Time);
            _actor = _host.Activate(_context);
        }
    }

    private async Task SaveAsync(ActorTurn turn)
    {
        if (turn.HasChanges)
        {
            await _host.WriteAsync(Id, turn.Draft);
            _record = turn.Draft;
            _nextReminder = turn.Draft.NextReminder;
        }
    }

    // The next turn reads what is stored; the reminders stay known, so that they fire.
    private void Drop()
    {
        _actor = null;
        _context = null;
        _record = null;
    }

    // Sets the one alarm to whatever comes first.
    private void Arm()
    {
        var next = DateTimeOffset.MaxValue;
        if (_nextReminder is { } reminder)
        {
            next = reminder > _retryReminders ? reminder : _retryReminders;
        }

        if (_context is not null && _actor is not null)
        {
            next = _context.Timers.Values.Select(t => t.Due).Append(next).Min();
            var idle = _lastTurn + _host.Registration.IdleTimeout;
            next = idle < next ? idle : next;
        }

        if (_host.AlarmsAreOff || next == DateTimeOffset.MaxValue)
        {
            _alarm.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // Rounded up to the resolution of timers, so as not to wake before the time.
        var wait = Math.Max(0, Math.Ceiling((next - _host.Time.GetUtcNow()).TotalMilliseconds));
        _alarm.Change(
            wait < LongestWait.TotalMilliseconds ? TimeSpan.FromMilliseconds(wait) : LongestWait,
            Timeout.InfiniteTimeSpan);
    }
}
