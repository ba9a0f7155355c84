using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Dashboard.Events;

/// <summary>
/// Reads a topic's events and hands each to the board, which drops repeats by id. An event that is not what its topic
/// carries would never become so: it is counted, logged and done with. Every answer is Processed.
/// </summary>
internal abstract class BoardTopicHandler<TMessage>(
    JsonTypeInfo<TMessage> json, DashboardMetrics metrics, ILogger logger) : IBulkTopicHandler
    where TMessage : class
{
    /// <summary>Largest event read: a post of 64 KiB with every byte escaped is below it.</summary>
    private const int MaxEventBytes = 1024 * 1024;

    /// <summary>Longest id taken; ids are remembered by the thousand.</summary>
    protected const int MaxIdChars = 512;

    public Task<IReadOnlyList<EventOutcome>> HandleAsync(
        IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken)
    {
        var unreadable = 0;
        string? firstError = null;
        foreach (var delivered in events)
        {
            if (Read(delivered.Data, out var message) is { } error)
            {
                unreadable++;
                firstError ??= $"event {Shown(delivered.Id)}: {error}";
            }
            else
            {
                Take(message);
            }
        }

        if (firstError is not null)
        {
            metrics.Unreadable(events[0].Topic, unreadable);
            logger.EventsUnreadable(unreadable, events.Count, events[0].Topic, firstError);
        }

        return Task.FromResult<IReadOnlyList<EventOutcome>>([.. events.Select(_ => EventOutcome.Processed)]);
    }

    /// <summary>Checks what the JSON types cannot say.</summary>
    /// <returns>What was expected and what came; null when the message is sound.</returns>
    protected abstract string? Check(TMessage message);

    protected abstract void Take(TMessage message);

    /// <summary>Checks an id or a source; a required member may still be null.</summary>
    protected static string? CheckName(string member, string? value) => value switch
    {
        null => $"{member}: expected text, got null",
        "" => $"{member}: expected text, got none",
        { Length: > MaxIdChars } => $"{member}: expected at most {MaxIdChars} characters, got {value.Length}",
        _ => null,
    };

    private string? Read(ReadOnlyMemory<byte> data, out TMessage message)
    {
        message = null!; // Read by the caller only when this method returns null.
        if (data.Length > MaxEventBytes)
        {
            return $"expected at most {MaxEventBytes} bytes, got {data.Length}";
        }

        try
        {
            if (JsonSerializer.Deserialize(data.Span, json) is not { } read)
            {
                return $"expected {typeof(TMessage).Name}, got null";
            }

            message = read;
            return Check(read);
        }
        catch (JsonException exception)
        {
            return $"expected {typeof(TMessage).Name}: {exception.Message}";
        }
    }

    private static string Shown(string id) => id.Length <= MaxIdChars ? id : id[..MaxIdChars] + "…";
}
