namespace Moodstream.Bench.Rounds;

/// <summary>A system that is measured.</summary>
/// <param name="Name">As tables show it.</param>
/// <param name="MeasureAsync">
/// Does the work of one round (0, 1, …; −1 is the warm-up) and times it. What it does before and after its own clock
/// runs (preparing the input, checking the answer) does not count; a wrong answer throws.
/// </param>
internal sealed record Contender(string Name, Func<int, CancellationToken, Task<Measurement>> MeasureAsync);
