namespace Moodstream.Cli.Score;

/// <summary>Where scored batches go.</summary>
internal interface IScoreSink : IAsyncDisposable
{
    /// <summary>Where the inputs are to be read from: behind what was written before.</summary>
    InputPosition Start { get; }

    /// <summary>What was written, before and now.</summary>
    ScoreTally Tally { get; }

    /// <summary>Writes a batch, all of it or, when it throws, as if none of it.</summary>
    /// <exception cref="CommandException">It could not be written.</exception>
    ValueTask WriteAsync(ScoreBatch batch);

    /// <summary>Keeps what was written for a later run to go on with; the run at hand failed or was stopped.</summary>
    ValueTask SuspendAsync();

    /// <summary>Presents what was written as whole.</summary>
    /// <exception cref="CommandException">It could not be.</exception>
    ValueTask CompleteAsync();
}
