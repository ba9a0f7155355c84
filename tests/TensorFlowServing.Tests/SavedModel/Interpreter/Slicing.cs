namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>First place, place after the last, and step of each axis.</summary>
internal sealed record SliceBounds(int[] Begin, int[] End, int[] Strides);

/// <summary>A bit for each axis: from its start, to its end, one place of it; the last is not interpreted.</summary>
internal sealed record SliceMasks(int Begin, int End, int Shrink, int Other);

/// <summary>StridedSlice (tensorflow/core/util/strided_slice_op.cc), without ellipsis and new axes.</summary>
internal static class Slicing
{
    public static Tensor<T> StridedSlice<T>(Tensor<T> x, SliceBounds bounds, SliceMasks masks)
        where T : struct
    {
        if (masks.Other != 0 || bounds.Begin.Length > x.Rank || bounds.Strides.Any(s => s != 1))
        {
            throw new SavedModelException("ellipsis_mask, new_axis_mask, more axes than there are, or a step: not interpreted");
        }

        // Axes that are not named are taken whole.
        var ranges = x.Shape.Select((size, axis) => axis < bounds.Begin.Length ? Range(axis, size, bounds, masks) : (0, size)).ToArray();
        var sizes = ranges.Select(r => r.Item2 - r.Item1).ToArray();
        var steps = Odometer.Steps(x.Shape);
        var offset = ranges.Select((r, axis) => r.Item1 * steps[axis]).Sum();
        var result = new T[Tensor.Count(sizes)];
        var index = new Odometer(sizes);
        for (var i = 0; i < result.Length; i++, index.Next())
        {
            result[i] = x.Data[offset + index.Dot(steps)];
        }

        return Tensor.Of([.. sizes.Where((_, axis) => !Has(masks.Shrink, axis))], result);
    }

    private static (int Begin, int End) Range(int axis, int size, SliceBounds bounds, SliceMasks masks)
    {
        var begin = bounds.Begin[axis];
        if (Has(masks.Shrink, axis))
        {
            begin += begin < 0 ? size : 0;
            return begin >= 0 && begin < size
                ? (begin, begin + 1)
                : throw new SavedModelException($"slice index {begin} of dimension {axis} out of bounds.");
        }

        begin = Has(masks.Begin, axis) ? 0 : Place(begin, size);
        return (begin, Math.Max(begin, Has(masks.End, axis) ? size : Place(bounds.End[axis], size)));
    }

    private static int Place(int place, int size) => Math.Clamp(place < 0 ? place + size : place, 0, size);

    private static bool Has(int mask, int axis) => (mask & (1 << axis)) != 0;
}
