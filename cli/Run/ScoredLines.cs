using System.Text.Json;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Contracts;

namespace Moodstream.Cli.Run;

/// <summary>
/// Writes each scored post to standard output as a line of JSON, once: a repeat of an id seen lately is dropped.
/// One batch at a time, so a slow reader of the pipe slows the whole run down instead of filling memory.
/// </summary>
/// <param name="output">Standard output.</param>
/// <param name="lifetime">Stopped when the reader of the pipe has gone.</param>
internal sealed class ScoredLines(Stream output, IHostApplicationLifetime lifetime) : IBulkTopicHandler
{
    private readonly RepeatFilter _seen = new(RepeatFilter.DefaultCapacity);

    public async Task<IReadOnlyList<EventOutcome>> HandleAsync(
        IReadOnlyList<IncomingEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var scored in events)
            {
                var post = JsonSerializer.Deserialize(scored.Data.Span, ContractsJson.Wire.ScoredPost)!.Post; // ours: never null
                if (_seen.TryAdd(post.Id))
                {
                    await output.WriteAsync(scored.Data, cancellationToken);
                    output.WriteByte((byte)'\n');
                }
            }

            await output.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // The reader of the pipe has gone (`| head`): there is nobody left to work for.
            lifetime.StopApplication();
        }

        var outcomes = new EventOutcome[events.Count];
        Array.Fill(outcomes, EventOutcome.Processed);
        return outcomes;
    }
}
