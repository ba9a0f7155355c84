using System.Globalization;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Tests.Settlement;

/// <summary>A row of a simulated file.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Id">Its post's id; null when it holds no post.</param>
internal sealed record SimulatedRow(SourcePosition Position, string? Id)
{
    /// <summary>Posts with ids p0, p1, …, a hundred bytes each.</summary>
    public static SimulatedRow[] Posts(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new SimulatedRow(At(i), Name(i)))];

    /// <summary>Posts, several a line, mixed with rows that hold none and with repeats of near ids.</summary>
    public static SimulatedRow[] Mixed(int count, int seed)
    {
        var random = new Random(seed);
        var rows = new List<SimulatedRow>();
        var position = new SourcePosition(0);
        for (var i = 0; i < count; i++)
        {
            string? id = random.Next(10) switch
            {
                0 => null,
                1 => Name(random.Next(Math.Max(0, i - 300), i + 1)),
                _ => Name(i),
            };
            rows.Add(new SimulatedRow(position, id));
            position = random.Next(4) == 0 ? position.Next : new SourcePosition(position.Offset + random.Next(1, 300));
        }

        return [.. rows];
    }

    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"p{number}");

    private static SourcePosition At(int number) => new(number * 100L);
}
