namespace Moodstream.TensorFlowServing.Client;

/// <summary>The output of a signature that classes are read from.</summary>
/// <param name="Alias">Its name in replies.</param>
/// <param name="Kind">What its numbers are.</param>
public readonly record struct ClassOutput(string Alias, ClassOutputKind Kind);
