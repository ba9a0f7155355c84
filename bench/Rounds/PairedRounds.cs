namespace Moodstream.Bench.Rounds;

/// <summary>
/// Measures pairs of systems in rounds. Inside a round every pair's two sides run back to back, and who goes first
/// changes from round to round and from pair to pair, so that a drift of the machine favours neither.
/// </summary>
/// <param name="rounds">Rounds that count, after one that does not.</param>
/// <param name="gap">Rest before each measurement: ONNX Runtime's threads spin on for a while behind a run.</param>
/// <param name="clock">Waits out the gap.</param>
/// <param name="progress">Gets a line a round.</param>
internal sealed class PairedRounds(int rounds, TimeSpan gap, TimeProvider clock, TextWriter progress)
{
    private const int WarmUp = -1;

    /// <summary>Measures, and gives the results in the order of the pairs.</summary>
    public async Task<IReadOnlyList<PairResult>> RunAsync(
        IReadOnlyList<Pair> pairs, CancellationToken cancellationToken)
    {
        var subjects = pairs.Select(_ => new List<Measurement>()).ToArray();
        var baselines = pairs.Select(_ => new List<Measurement>()).ToArray();
        for (var round = WarmUp; round < rounds; round++)
        {
            for (var i = 0; i < pairs.Count; i++)
            {
                var (subject, baseline) = await MeasureAsync(pairs[i], round, (round + i) % 2 == 0, cancellationToken);
                if (round != WarmUp)
                {
                    subjects[i].Add(subject);
                    baselines[i].Add(baseline);
                }
            }

            await progress.WriteLineAsync(Progress(round, pairs, subjects, baselines).AsMemory(), cancellationToken);
        }

        return [.. pairs.Select((pair, i) => new PairResult(pair, subjects[i], baselines[i]))];
    }

    private async Task<(Measurement Subject, Measurement Baseline)> MeasureAsync(
        Pair pair, int round, bool subjectFirst, CancellationToken cancellationToken)
    {
        var first = await RestAndMeasureAsync(subjectFirst ? pair.Subject : pair.Baseline, round, cancellationToken);
        var second = await RestAndMeasureAsync(subjectFirst ? pair.Baseline : pair.Subject, round, cancellationToken);
        return subjectFirst ? (first, second) : (second, first);
    }

    private async Task<Measurement> RestAndMeasureAsync(
        Contender contender, int round, CancellationToken cancellationToken)
    {
        await Task.Delay(gap, clock, cancellationToken);
        return await contender.MeasureAsync(round, cancellationToken);
    }

    private string Progress(
        int round, IReadOnlyList<Pair> pairs, List<Measurement>[] subjects, List<Measurement>[] baselines)
    {
        if (round == WarmUp)
        {
            return "  warm-up done";
        }

        var ratios = pairs.Select((pair, i) => $"{pair.Name} {subjects[i][round].Rate / baselines[i][round].Rate:F2}x");
        return $"  round {round + 1} of {rounds}: {string.Join(", ", ratios)}";
    }
}
