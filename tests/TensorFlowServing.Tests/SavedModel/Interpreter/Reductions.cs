using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>Operations that give one value for an axis.</summary>
internal static class Reductions
{
    public static Tensor<float> Mean(Tensor<float> x, Tensor<int> axes, bool keepAxes)
    {
        var reduced = axes.Data.Select(a => a < 0 ? a + x.Rank : a).ToHashSet();
        var kept = x.Shape.Select((size, axis) => reduced.Contains(axis) ? 1 : size).ToArray();
        var steps = Odometer.Steps(kept).Select((step, axis) => reduced.Contains(axis) ? 0 : step).ToArray();
        var sums = new double[Tensor.Count(kept)];
        var index = new Odometer(x.Shape);
        foreach (var value in x.Data)
        {
            sums[index.Dot(steps)] += value;
            index.Next();
        }

        var count = x.Data.Length / Math.Max(1, sums.Length);
        return Tensor.Of(
            keepAxes ? kept : [.. kept.Where((_, axis) => !reduced.Contains(axis))],
            Array.ConvertAll(sums, s => (float)(s / count)));
    }

    /// <summary>The first place of the greatest value along the last axis.</summary>
    public static Tensor ArgMax(Tensor<float> x, int axis, DataType type)
    {
        if (axis != x.Rank - 1)
        {
            throw new SavedModelException($"ArgMax over axis {axis} of {x.ShapeText}: not interpreted");
        }

        var width = x.Shape[^1];
        var places = new int[x.Data.Length / width];
        for (var i = 0; i < places.Length; i++)
        {
            var row = x.Data.AsSpan(i * width, width);
            for (var j = 1; j < width; j++)
            {
                places[i] = row[j] > row[places[i]] ? j : places[i];
            }
        }

        return type == DataType.DtInt32
            ? Tensor.Of(x.Shape[..^1], places)
            : Tensor.Of(x.Shape[..^1], Array.ConvertAll(places, p => (long)p));
    }
}
