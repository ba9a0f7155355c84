namespace Moodstream.Bench.Posts;

/// <summary>What stands around a post's sentences; the shares are those of everyday English posts.</summary>
internal sealed record Dress
{
    private static readonly string[] Stops = ["", "", ".", ".", ".", "!", "!", "!!", "...", "…", "?!"];

    /// <summary>"RT @name:" in front.</summary>
    public bool Repost { get; private init; }

    /// <summary>Names it answers to.</summary>
    public int Mentions { get; private init; }

    /// <summary>A word or two before the first sentence.</summary>
    public bool Opener { get; private init; }

    /// <summary>What ends its sentences.</summary>
    public required string Stop { get; init; }

    /// <summary>One line a sentence.</summary>
    public bool Lines { get; private init; }

    /// <summary>The same emoji, so many times.</summary>
    public int Emoji { get; private init; }

    /// <summary>Hashtags.</summary>
    public int Tags { get; private init; }

    /// <summary>A link at the end.</summary>
    public bool Link { get; private init; }

    /// <summary>Its letters.</summary>
    public LetterCase Case { get; private init; }

    /// <summary>About how many words what comes after the sentences counts for: an emoji is read by its name.</summary>
    public int WordsBehind => (Emoji * 3) + (Tags * 2) + (Link ? 1 : 0);

    /// <summary>Draws one.</summary>
    public static Dress Draw(SeededRandom random) => new()
    {
        Repost = random.Chance(0.06),
        Mentions = random.Chance(0.22) ? 1 + random.Next(2) : 0,
        Opener = random.Chance(0.25),
        Stop = Stops[random.Next(Stops.Length)],
        Lines = random.Chance(0.07),
        Emoji = random.Chance(0.26) ? 1 + random.Next(3) : 0,
        Tags = random.Chance(0.2) ? 1 + random.Next(3) : 0,
        Link = random.Chance(0.16),
        Case = random.Chance(0.04) ? LetterCase.Upper : random.Chance(0.15) ? LetterCase.Lower : LetterCase.Mixed,
    };
}
