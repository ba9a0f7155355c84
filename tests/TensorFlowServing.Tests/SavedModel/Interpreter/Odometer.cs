namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>Counts through the places of a shape, the last axis fastest.</summary>
internal sealed class Odometer(int[] shape)
{
    public int[] Index { get; } = new int[shape.Length];

    public void Next()
    {
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (++Index[axis] < shape[axis])
            {
                return;
            }

            Index[axis] = 0;
        }
    }

    /// <summary>Where a place is in an array with these distances between neighbours.</summary>
    public int Dot(int[] steps)
    {
        var sum = 0;
        for (var axis = 0; axis < Index.Length; axis++)
        {
            sum += Index[axis] * steps[axis];
        }

        return sum;
    }

    /// <summary>Distances between neighbours in a row-major array.</summary>
    public static int[] Steps(int[] shape)
    {
        var steps = new int[shape.Length];
        for (int axis = shape.Length - 1, step = 1; axis >= 0; step *= shape[axis], axis--)
        {
            steps[axis] = step;
        }

        return steps;
    }
}
