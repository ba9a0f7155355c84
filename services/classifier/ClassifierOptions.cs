using System.ComponentModel.DataAnnotations;

namespace Moodstream.Classifier;

/// <summary>How posts are scored.</summary>
internal sealed class ClassifierOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Moodstream:Classifier";

    /// <summary>Model folder; a relative one is below the working directory.</summary>
    /// <value>Default: the bundled model, <c>models/tweet-sentiment/1</c>.</value>
    [Required]
    public string Model { get; init; } = "models/tweet-sentiment/1";

    /// <summary>Threads that compute; null: as many as there are processors.</summary>
    /// <value>Default: null. 1 to 256.</value>
    [Range(1, 256)]
    public int? Threads { get; init; }

    /// <summary>Most token ids in a batch. At least what one post may have, which is the model's own limit.</summary>
    /// <value>Default: 2048. 2 to 65,536.</value>
    [Range(2, 65_536)]
    public int MaxBatchTokens { get; init; } = 2048;

    /// <summary>
    /// Most posts in a batch. Half of <see cref="Concurrency"/>, so that while one batch is computed another one's
    /// worth of deliveries gathers.
    /// </summary>
    /// <value>Default: 64. 1 to 4096.</value>
    [Range(1, 4096)]
    public int MaxBatchPosts { get; init; } = 64;

    /// <summary>Posts under way at once, from delivery to answer.</summary>
    /// <value>Default: 128. 1 to 4096.</value>
    [Range(1, 4096)]
    public int Concurrency { get; init; } = 128;
}
