using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>Dimensions as a message.</summary>
internal static class Shapes
{
    /// <summary>A shape; -1 is a size that is not known, and no sizes at all are a scalar.</summary>
    public static TensorShapeProto Of(params ReadOnlySpan<long> sizes)
    {
        var shape = new TensorShapeProto();
        foreach (var size in sizes)
        {
            shape.Dim.Add(new TensorShapeProto.Types.Dim { Size = size });
        }

        return shape;
    }
}
