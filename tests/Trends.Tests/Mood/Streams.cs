namespace Moodstream.Trends.Tests.Mood;

/// <summary>Synthetic scores, each stream of one mood that never shifts.</summary>
internal static class Streams
{
    public static IReadOnlyDictionary<string, Func<Random, float>> ByName { get; } =
        new Dictionary<string, Func<Random, float>>
        {
            // As a sentiment model gives them: near one of three ends.
            ["mixed"] = random => random.Next(3) switch
            {
                0 => -1 + (random.NextSingle() * 0.5f),
                1 => (random.NextSingle() * 0.4f) - 0.2f,
                _ => 1 - (random.NextSingle() * 0.5f),
            },

            // Where Student's t claims too much: most windows hold few of the rare ones.
            ["skewed"] = random => random.Next(20) == 0 ? -0.95f : 0.95f,
            ["even"] = random => (random.NextSingle() * 2) - 1,
            ["narrow"] = random => (random.NextSingle() * 0.2f) + 0.3f,
            ["constant"] = _ => 0.5f,
        };
}
