namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>Matrix products; sums in double precision, so that only the graph's own rounding is left.</summary>
internal static class Products
{
    public static Tensor<float> MatMul(Tensor<float> a, Tensor<float> b, bool transposeA, bool transposeB)
    {
        if (a.Rank != 2 || b.Rank != 2)
        {
            throw new SavedModelException($"Shape must be rank 2 but is {a.ShapeText}, {b.ShapeText}");
        }

        return BatchMatMul(a, b, transposeA, transposeB);
    }

    /// <summary>Of the last two axes; those before them broadcast.</summary>
    public static Tensor<float> BatchMatMul(Tensor<float> x, Tensor<float> y, bool adjointX, bool adjointY)
    {
        // y is turned where it is not yet: a row of x and a row of y then make a number.
        var (left, right) = (adjointX ? Turn(x) : x, adjointY ? y : Turn(y));
        var (m, k, n) = (left.Shape[^2], left.Shape[^1], right.Shape[^2]);
        if (right.Shape[^1] != k)
        {
            throw new SavedModelException($"Matrix size-incompatible: In[0]: {x.ShapeText}, In[1]: {y.ShapeText}");
        }

        // Broadcasting of the numbers of the matrices is that of the matrices.
        var batches = Elementwise.Broadcast(Numbers(left), Numbers(right), (i, j) => ((long)i << 32) | (uint)j);
        var result = new float[batches.Data.Length * m * n];
        for (var batch = 0; batch < batches.Data.Length; batch++)
        {
            var (i, j) = ((int)(batches.Data[batch] >> 32), (int)batches.Data[batch]);
            Multiply(
                left.Data.AsSpan(i * m * k, m * k), right.Data.AsSpan(j * n * k, n * k),
                result.AsSpan(batch * m * n, m * n), k);
        }

        return Tensor.Of([.. batches.Shape, m, n], result);
    }

    private static void Multiply(ReadOnlySpan<float> rows, ReadOnlySpan<float> columns, Span<float> result, int k)
    {
        var n = columns.Length / k;
        for (var r = 0; r < rows.Length / k; r++)
        {
            for (var c = 0; c < n; c++)
            {
                result[(r * n) + c] = Dot(rows.Slice(r * k, k), columns.Slice(c * k, k));
            }
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double even = 0;
        double odd = 0;
        var i = 0;
        for (; i + 1 < a.Length; i += 2)
        {
            even += (double)a[i] * b[i];
            odd += (double)a[i + 1] * b[i + 1];
        }

        return (float)(even + odd + (i < a.Length ? (double)a[i] * b[i] : 0));
    }

    private static Tensor<int> Numbers(Tensor x)
    {
        var shape = x.Shape[..^2];
        return Tensor.Of(shape, Enumerable.Range(0, Tensor.Count(shape)).ToArray());
    }

    private static Tensor<float> Turn(Tensor<float> x) =>
        Shaping.Transpose(x, Tensor.Of([x.Rank], [.. Enumerable.Range(0, x.Rank - 2), x.Rank - 1, x.Rank - 2]));
}
