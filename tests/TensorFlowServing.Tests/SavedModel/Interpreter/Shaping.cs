namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>Operations that move values and change none.</summary>
internal static class Shaping
{
    public static Tensor<float> Reshape(Tensor<float> x, Tensor<int> shape)
    {
        var sizes = shape.Data.ToArray();
        var free = Array.IndexOf(sizes, -1);
        if (free >= 0)
        {
            sizes[free] = x.Data.Length / sizes.Where(s => s != -1).Aggregate(1, (a, b) => a * b);
        }

        return Tensor.Count(sizes) == x.Data.Length
            ? Tensor.Of(sizes, x.Data)
            : throw new SavedModelException($"Input to reshape is a tensor with {x.Data.Length} values, but the requested shape has {Tensor.Count(sizes)}");
    }

    public static Tensor<float> Transpose(Tensor<float> x, Tensor<int> order)
    {
        if (!order.Data.Order().SequenceEqual(Enumerable.Range(0, x.Rank)))
        {
            throw new SavedModelException($"[{string.Join(",", order.Data)}] is no order of {x.Rank} axes");
        }

        var source = Odometer.Steps(x.Shape);
        var steps = order.Data.Select(axis => source[axis]).ToArray();
        var shape = order.Data.Select(axis => x.Shape[axis]).ToArray();
        var result = new float[x.Data.Length];
        var index = new Odometer(shape);
        for (var i = 0; i < result.Length; i++, index.Next())
        {
            result[i] = x.Data[index.Dot(steps)];
        }

        return Tensor.Of(shape, result);
    }

    /// <summary>Rows of a table, in the shape of the indices.</summary>
    public static Tensor<T> Gather<T>(Tensor<T> table, Tensor<int> indices, int axis, int batchAxes)
        where T : struct
    {
        if (axis != 0 || batchAxes != 0)
        {
            throw new SavedModelException($"axis {axis}, {batchAxes} batch axes: not interpreted");
        }

        var width = table.Data.Length / table.Shape[0];
        var result = new T[indices.Data.Length * width];
        for (var i = 0; i < indices.Data.Length; i++)
        {
            var row = indices.Data[i];
            if (row < 0 || row >= table.Shape[0])
            {
                throw new SavedModelException($"indices[{i}] = {row} is not in [0, {table.Shape[0]})");
            }

            table.Data.AsSpan(row * width, width).CopyTo(result.AsSpan(i * width));
        }

        return Tensor.Of([.. indices.Shape, .. table.Shape[1..]], result);
    }

    /// <summary>A new first axis.</summary>
    public static Tensor<int> Pack(Tensor[] values, int axis)
    {
        var parts = values.Select(v => v.As<int>()).ToList();
        if (axis != 0 || parts.Any(p => !p.Shape.SequenceEqual(parts[0].Shape)))
        {
            throw new SavedModelException($"Shapes must be equal rank, but are {string.Join(" and ", parts.Select(p => p.Rank))}");
        }

        return Tensor.Of([values.Length, .. parts[0].Shape], parts.SelectMany(p => p.Data).ToArray());
    }

    public static Tensor<int> Range(int start, int limit, int delta)
    {
        var values = new List<int>();
        for (var value = start; value < limit; value += delta)
        {
            values.Add(value);
        }

        return Tensor.Of([values.Count], values.ToArray());
    }
}
