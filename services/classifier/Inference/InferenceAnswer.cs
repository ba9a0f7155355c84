namespace Moodstream.Classifier.Inference;

/// <summary>What a model said to a batch.</summary>
/// <param name="Refusal">Why it can never be scored as it is; null when it was scored.</param>
internal readonly record struct InferenceAnswer(string? Refusal)
{
    /// <summary>Every sequence was scored.</summary>
    public static InferenceAnswer Scored => default;
}
