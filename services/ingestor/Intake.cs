using System.Globalization;
using System.Text.Json;
using Moodstream.Contracts;
using Moodstream.Ingestor.Settlement;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor;

/// <summary>
/// Moves rows from the source into the window, at the rate asked for and as fast as posts settle at most.
/// </summary>
internal sealed class Intake(
    IPostSource source, SharedWindow settlement, TopicTracker tracker, Pacer pacer, ILogger<Intake> logger)
{
    private const int MaxIdLength = 512;
    private const int UnreadableRowsWarnedOf = 10;

    private int _unreadable;
    private long _admitted;

    public async Task RunAsync(SourcePosition from, CancellationToken cancellationToken)
    {
        await foreach (var item in source.ReadAsync(from, cancellationToken))
        {
            await TakeInAsync(item, cancellationToken);

            // Before the next row is read: a post that has entered should not have to wait any more.
            await settlement.WaitForRoomAsync(cancellationToken);
            await pacer.WaitAsync(cancellationToken);
        }

        if (_admitted == 0)
        {
            logger.NothingNew(source.Name);
        }

        settlement.SourceEnded();
    }

    private async Task TakeInAsync(SourceItem item, CancellationToken cancellationToken)
    {
        if (Problem(item) is { } problem)
        {
            if (settlement.Drop(item.Position, DropReason.Unreadable))
            {
                Warn(item.Position, problem);
            }

            return;
        }

        // Without a problem there is a post.
        if (tracker.Track(item.Post!) is not { } post)
        {
            settlement.Drop(item.Position, DropReason.Skipped);
            return;
        }

        var payload = JsonSerializer.SerializeToUtf8Bytes(post, ContractsJson.Wire.Post);
        if (await settlement.AdmitAsync(item.Position, post.Id, payload, cancellationToken) == Admission.Admitted)
        {
            _admitted++;
            pacer.Take();
        }
    }

    private static string? Problem(SourceItem item) => item.Post switch
    {
        null => item.Error ?? "expected a post",
        { Id.Length: 0 or > MaxIdLength } post => string.Create(
            CultureInfo.InvariantCulture,
            $"expected an id of 1 to {MaxIdLength} characters, got one of {post.Id.Length}"),
        _ => null,
    };

    private void Warn(SourcePosition position, string problem)
    {
        if (_unreadable++ < UnreadableRowsWarnedOf)
        {
            logger.Unreadable(position, source.Name, problem);
        }
        else
        {
            logger.MoreUnreadable(position, source.Name, problem);
        }
    }
}
