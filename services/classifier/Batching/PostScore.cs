using Moodstream.Contracts;
using Moodstream.Text;

namespace Moodstream.Classifier.Batching;

/// <summary>What became of one post.</summary>
/// <param name="Sentiment">The mood; null when the post was not scored.</param>
/// <param name="Model">The model that scored it; null when none did.</param>
/// <param name="Refusal">
/// Why the post can never be scored: refused alone, while the control post was scored. Null when it was scored, and
/// when the model failed on it and it should be delivered again.
/// </param>
/// <param name="Length">Extent of the encoded text.</param>
internal readonly record struct PostScore(
    Sentiment? Sentiment, ModelVersion? Model, string? Refusal, EncodedLength Length);
