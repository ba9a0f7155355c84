namespace Moodstream.Bench.Posts;

/// <summary>How a post is written.</summary>
internal enum LetterCase
{
    /// <summary>As the phrases are.</summary>
    Mixed,

    /// <summary>Shouted.</summary>
    Upper,

    /// <summary>Without capitals.</summary>
    Lower,
}
