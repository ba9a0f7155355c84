using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>A node of a graph.</summary>
/// <param name="Definition">The node; a constant that holds a weight has no value yet.</param>
/// <param name="Weight">The weight; null for all other nodes.</param>
internal sealed record GraphNode(NodeDef Definition, StoredWeight? Weight);
