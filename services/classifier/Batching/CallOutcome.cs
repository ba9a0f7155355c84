using Moodstream.Classifier.Inference;
using Moodstream.Contracts;

namespace Moodstream.Classifier.Batching;

/// <summary>How one call of the model ended.</summary>
/// <param name="Answer">What the model said; meaningless where there was trouble.</param>
/// <param name="Trouble">Why there was no answer; null when there was one.</param>
internal readonly record struct CallOutcome(InferenceAnswer Answer, Exception? Trouble)
{
    /// <summary>The model that scored the batch; null when none did.</summary>
    public ModelVersion? Model => Trouble is null ? Answer.Model : null;

    /// <summary>Why the model refused the batch; null when it did not.</summary>
    public string? Refusal => Trouble is null ? Answer.Refusal : null;

    /// <summary>Whether half the batch may be taken where the whole is not.</summary>
    public bool IsTooLarge => Trouble is InferenceException { IsTooLarge: true };
}
