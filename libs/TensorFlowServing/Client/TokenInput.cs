using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Client;

/// <summary>An input of a signature that takes one number for each token.</summary>
/// <param name="Alias">Its name in requests.</param>
/// <param name="Type"><see cref="DataType.DtInt32"/> or <see cref="DataType.DtInt64"/>.</param>
public readonly record struct TokenInput(string Alias, DataType Type);
