using System.Threading.Channels;
using Moodstream.Contracts;
using Moodstream.Ingestor.Rows;

namespace Moodstream.Cli.Score;

/// <summary>The first stage of the pipeline: reads rows, encodes their texts and fills batches with them.</summary>
internal sealed class BatchReader(
    IReadOnlyList<ScoreInput> inputs, ScoreOptions options, Terminal terminal, ITextScorer scorer)
{
    private readonly int[] _tokenIds = new int[scorer.MaxTokens];
    private ScoreBatch _batch = new(options.BatchTokens);
    private long _earlierBytes;

    /// <summary>Reads all inputs from a position on.</summary>
    public async Task ReadAsync(
        InputPosition start, ChannelWriter<ScoreBatch> batches, Func<bool> isStarved, CancellationToken cancellationToken)
    {
        _earlierBytes = inputs.Take(start.Input).Sum(i => i.Length ?? 0);
        for (var i = start.Input; i < inputs.Count; i++)
        {
            var from = i == start.Input ? start.Row : default;
            await ReadInputAsync(i, from, batches, isStarved, cancellationToken);
            _earlierBytes += inputs[i].Length ?? 0;
        }

        await SendAsync(batches, cancellationToken);
    }

    private async Task ReadInputAsync(
        int input, RowPosition from, ChannelWriter<ScoreBatch> batches, Func<bool> isStarved, CancellationToken cancellationToken)
    {
        var stream = inputs[input].Open(terminal);
        await using var reader = PostReader.Open(stream, inputs[input].ReaderOptions(options, from));
        while (true)
        {
            var reading = reader.ReadAsync(cancellationToken);
            if (!reading.IsCompleted && isStarved())
            {
                // A live input pauses: what is here should not wait for what is not.
                await SendAsync(batches, cancellationToken);
            }

            if (await reading is not { } row)
            {
                return;
            }

            if (row.Post is { } post)
            {
                await AddAsync(post, batches, cancellationToken);
            }
            else
            {
                if (!_batch.Fits(0))
                {
                    await SendAsync(batches, cancellationToken);
                }

                // A reader gives a reason wherever it gives no post.
                _batch.Rejected.Add(new RejectedRow(
                    inputs.Count > 1 ? inputs[input].Name : null, row.Line, row.Offset, row.Error!));
            }

            _batch.Pass(new InputPosition(input, row.Next), row.Replaced);
            _batch.BytesRead = _earlierBytes + (stream.CanSeek ? stream.Position : 0);
        }
    }

    private async ValueTask AddAsync(Post post, ChannelWriter<ScoreBatch> batches, CancellationToken cancellationToken)
    {
        var (tokens, truncated) = scorer.Encode(post.Text, _tokenIds);
        if (!_batch.Fits(tokens))
        {
            await SendAsync(batches, cancellationToken);
        }

        _batch.Add(new EncodedPost(post.Id, tokens, truncated), _tokenIds.AsSpan(0, tokens));
    }

    private async ValueTask SendAsync(ChannelWriter<ScoreBatch> batches, CancellationToken cancellationToken)
    {
        if (!_batch.IsEmpty)
        {
            await batches.WriteAsync(_batch, cancellationToken);
            _batch = new ScoreBatch(options.BatchTokens);
        }
    }
}
