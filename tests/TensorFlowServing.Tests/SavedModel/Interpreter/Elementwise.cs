using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>Operations that give a number for a number.</summary>
internal static class Elementwise
{
    public static Tensor<float> Map(Tensor<float> x, Func<float, float> function) => Tensor.Of(x.Shape, Array.ConvertAll(x.Data, v => function(v)));

    /// <summary>Shapes are aligned at the last axis; an axis of size 1, or none, goes with any size.</summary>
    public static Tensor<TResult> Broadcast<T, TResult>(Tensor<T> x, Tensor<T> y, Func<T, T, TResult> function)
        where T : struct
        where TResult : struct
    {
        var rank = Math.Max(x.Rank, y.Rank);
        var shape = new int[rank];
        for (var axis = 0; axis < rank; axis++)
        {
            var (a, b) = (Size(x, axis - rank + x.Rank), Size(y, axis - rank + y.Rank));
            shape[axis] = a == b || b == 1 ? a : a == 1 ? b
                : throw new SavedModelException($"Incompatible shapes: {x.ShapeText} vs. {y.ShapeText}");
        }

        var (stepsX, stepsY) = (Steps(x, rank), Steps(y, rank));
        var result = new TResult[Tensor.Count(shape)];
        var index = new Odometer(shape);
        for (var i = 0; i < result.Length; i++, index.Next())
        {
            result[i] = function(x.Data[index.Dot(stepsX)], y.Data[index.Dot(stepsY)]);
        }

        return Tensor.Of(shape, result);
    }

    public static Tensor<float> BiasAdd(Tensor<float> value, Tensor<float> bias) => bias.Rank == 1 && bias.Shape[0] == value.Shape[^1]
        ? Broadcast(value, bias, (a, b) => a + b)
        : throw new SavedModelException($"a bias of {bias.ShapeText} for {value.ShapeText}");

    /// <summary>Over the last axis, whatever the rank.</summary>
    public static Tensor<float> Softmax(Tensor<float> x)
    {
        var result = new float[x.Data.Length];
        var width = x.Shape[^1];
        for (var start = 0; start < result.Length; start += width)
        {
            var row = x.Data[start..(start + width)];
            var greatest = row.Max();
            var exponentials = Array.ConvertAll(row, v => Math.Exp((double)v - greatest));
            var sum = exponentials.Sum();
            for (var i = 0; i < width; i++)
            {
                result[start + i] = (float)(exponentials[i] / sum);
            }
        }

        return Tensor.Of(x.Shape, result);
    }

    public static Tensor Cast(Tensor x, DataType to) => (x, to) switch
    {
        (Tensor<int> i, DataType.DtBool) => Tensor.Of(i.Shape, Array.ConvertAll(i.Data, v => v != 0)),
        (Tensor<bool> b, DataType.DtFloat) => Tensor.Of(b.Shape, Array.ConvertAll(b.Data, v => v ? 1f : 0f)),
        (Tensor<Half> h, DataType.DtFloat) => Tensor.Of(h.Shape, Array.ConvertAll(h.Data, v => (float)v)),
        _ => throw new SavedModelException($"Cast {x.Type} to {to} is not supported"),
    };

    /// <summary>2/√π e^(−x²) Σ 2ⁿ x^(2n+1) / (2n+1)!!, whose terms all have the sign of x (DLMF 7.6.2).</summary>
    public static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
        {
            return Math.Sign(x);
        }

        var (sum, term) = (x, x);
        for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / ((2 * n) + 1);
            sum += term;
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static int Size(Tensor x, int axis) => axis < 0 ? 1 : x.Shape[axis];

    private static int[] Steps(Tensor x, int rank)
    {
        var steps = new int[rank];
        for (int axis = x.Rank - 1, step = 1; axis >= 0; step *= x.Shape[axis], axis--)
        {
            steps[axis + rank - x.Rank] = x.Shape[axis] == 1 ? 0 : step;
        }

        return steps;
    }
}
