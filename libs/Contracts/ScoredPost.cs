namespace Moodstream.Contracts;

/// <summary>A post with its mood, on <see cref="Topics.Scored"/>.</summary>
public sealed record ScoredPost
{
    /// <summary>The whole post as it entered.</summary>
    public required Post Post { get; init; }

    /// <summary>What the model read from it.</summary>
    public required Sentiment Sentiment { get; init; }

    /// <summary>The model that read it.</summary>
    public required ModelVersion Model { get; init; }

    /// <summary>Token ids the model saw, [CLS] and [SEP] included; at least 2.</summary>
    public required int Tokens { get; init; }

    /// <summary>Whether the text was cut to fit the model's token limit or the text limit.</summary>
    public required bool Truncated { get; init; }

    /// <summary>When it was scored (UTC).</summary>
    public required DateTimeOffset ScoredAt { get; init; }
}
