namespace Moodstream.Classifier.Inference;

/// <summary>Sequences of token ids laid end to end, without padding.</summary>
/// <param name="TokenIds">All ids, sequence after sequence.</param>
/// <param name="Lengths">[B] ids of each sequence; they sum to the length of <paramref name="TokenIds"/>.</param>
/// <param name="ProbabilitiesBC">
/// [B, C] row-major, in the order of the model's labels; overwritten when the batch is scored.
/// </param>
internal readonly record struct InferenceBatch(
    ReadOnlyMemory<int> TokenIds, ReadOnlyMemory<int> Lengths, Memory<float> ProbabilitiesBC);
