using Moodstream.Ingestor.Leasing;
using Moodstream.Ingestor.Publishing;
using Moodstream.Ingestor.Settlement;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor;

/// <summary>
/// Runs the loops of one source: takes the lease, goes on from the saved cursor, and at the end stops the intake,
/// waits for what is in flight, saves and lets go. A loop that ends unexpectedly stops the host.
/// </summary>
internal sealed class IngestorService(
    SourceLease lease,
    StorePatience patience,
    CursorKeeper cursor,
    Intake intake,
    RawPublisher publisher,
    StatusReporter status)
    : BackgroundService
{
    private readonly CancellationTokenSource _stopIntake = new();
    private SourcePosition _from;
    private bool _holdsLease;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await patience.WaitAsync(lease.AcquireAsync, cancellationToken);
        _holdsLease = true;
        try
        {
            _from = await cursor.OpenAsync(cancellationToken);
        }
        catch
        {
            await lease.ReleaseAsync(CancellationToken.None); // Also when the start was cancelled.
            throw;
        }

        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_holdsLease)
        {
            return;
        }

        await _stopIntake.CancelAsync();
        await publisher.DrainAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
        await cursor.CloseAsync(cancellationToken);
        await lease.ReleaseAsync(cancellationToken);
    }

    public override void Dispose()
    {
        _stopIntake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] loops =
        [
            TakeInAsync(stop.Token),
            publisher.RunAsync(stop.Token),
            publisher.RepublishAsync(stop.Token),
            status.RunAsync(stop.Token),
            cursor.RunAsync(stop.Token),
            lease.KeepAsync(stop.Token),
        ];

        // One that fails takes the others along; all are awaited, so that none runs on unseen.
        await foreach (var loop in Task.WhenEach(loops))
        {
            if (loop.IsFaulted)
            {
                await stop.CancelAsync();
            }
        }

        if (loops.FirstOrDefault(l => l.IsFaulted) is { } failed)
        {
            await failed;
        }
    }

    private async Task TakeInAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopIntake.Token);
        try
        {
            await intake.RunAsync(_from, stop.Token);
        }
        catch (OperationCanceledException) when (_stopIntake.IsCancellationRequested)
        {
            // The other loops go on until what is in flight has settled.
        }
    }
}
