using System.Globalization;

namespace Moodstream.Cli.Score;

/// <summary>
/// All that the bytes of an output depend on. Threads and batches are not part of it: a post has the same score whatever
/// it is scored with.
/// </summary>
internal sealed record RunIdentity
{
    /// <summary>The inputs, in order.</summary>
    public required IReadOnlyList<InputIdentity> Inputs { get; init; }

    /// <summary>As given.</summary>
    public required string InputFormat { get; init; }

    /// <summary>As given.</summary>
    public string? TextField { get; init; }

    /// <summary>As given.</summary>
    public string? IdField { get; init; }

    /// <summary>SHA-256 of the weights.</summary>
    public required string Model { get; init; }

    /// <summary>A run as it is asked for.</summary>
    public static RunIdentity Of(IReadOnlyList<ScoreInput> inputs, ScoreOptions options, ITextScorer scorer) => new()
    {
        // Only files can be resumed, which have a path and a time.
        Inputs = [.. inputs.Select(i => new InputIdentity(i.FullPath ?? i.Name, i.Length ?? 0, i.Modified ?? default))],
        InputFormat = options.Format.ToString(),
        TextField = options.TextField,
        IdField = options.IdField,
        Model = scorer.WeightsHash,
    };

    /// <summary>Says each thing in which another run differs.</summary>
    public IEnumerable<string> DifferencesFrom(RunIdentity now)
    {
        if (!Inputs.Select(i => i.Path).SequenceEqual(now.Inputs.Select(i => i.Path)))
        {
            yield return $"the inputs were {Names(Inputs)} and are {Names(now.Inputs)}";
        }
        else
        {
            foreach (var (before, after) in Inputs.Zip(now.Inputs).Where(p => p.First != p.Second))
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{before.Path} had {before.Bytes} bytes, written {before.Modified:O}, and has {after.Bytes}, written {after.Modified:O}");
            }
        }

        foreach (var (name, before, after) in ((string, string?, string?)[])
            [
                ("--format", InputFormat, now.InputFormat),
                ("--text-field", TextField, now.TextField),
                ("--id-field", IdField, now.IdField),
                ("the model's weights", Model, now.Model),
            ])
        {
            if (before != after)
            {
                yield return $"{name} was {before ?? "not given"} and is {after ?? "not given"}";
            }
        }
    }

    private static string Names(IEnumerable<InputIdentity> inputs) => string.Join(", ", inputs.Select(i => i.Path));
}
