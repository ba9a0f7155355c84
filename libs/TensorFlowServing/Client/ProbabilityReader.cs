using System.Buffers;
using Moodstream.Bert;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Client;

/// <summary>Reads one output of a reply as probabilities, and refuses whatever is none.</summary>
internal static class ProbabilityReader
{
    // Above what rounding to half precision adds up to over a few classes.
    private const double SumTolerance = 1e-3;

    public static void Read(PredictResponse response, ClassOutput output, int sequences, Span<float> probabilitiesBC)
    {
        if (!response.Outputs.TryGetValue(output.Alias, out var tensor))
        {
            throw new UnexpectedReplyException(
                $"expected the output {output.Alias}, got '{string.Join(", ", response.Outputs.Keys)}'");
        }

        try
        {
            RequireType(tensor, output);
            RequireShape(TensorShape.Of(tensor), output, sequences, probabilitiesBC.Length / sequences);
            if (output.Kind is ClassOutputKind.ClassIds)
            {
                ReadClassIds(tensor, output.Alias, sequences, probabilitiesBC);
                return;
            }

            TensorReader.Copy(tensor, probabilitiesBC);
        }
        catch (TensorFormatException exception)
        {
            throw new UnexpectedReplyException($"output {output.Alias}: {exception.Message}");
        }

        var classes = probabilitiesBC.Length / sequences;
        for (var b = 0; b < sequences; b++)
        {
            ReadRow(output, b, probabilitiesBC.Slice(b * classes, classes));
        }
    }

    private static void RequireType(TensorProto tensor, ClassOutput output)
    {
        if (!SignatureReader.Takes(output.Kind, tensor.Dtype))
        {
            throw new UnexpectedReplyException(
                $"expected {output.Alias} as {SignatureReader.Types(output.Kind)}, "
                + $"got {TensorReader.NameOf(tensor.Dtype)}");
        }
    }

    private static void RequireShape(TensorShape shape, ClassOutput output, int sequences, int classes)
    {
        // Exporters squeeze what arg-max gives, which takes away a batch of one as well.
        var fits = output.Kind is ClassOutputKind.ClassIds
            ? shape.Is(sequences) || shape.Is(sequences, 1) || (sequences == 1 && shape.Rank == 0)
            : shape.Is(sequences, classes);
        if (!fits)
        {
            var expected = output.Kind is ClassOutputKind.ClassIds ? $"[{sequences}]" : $"[{sequences},{classes}]";
            throw new UnexpectedReplyException($"expected {output.Alias} of the shape {expected}, got {shape}");
        }
    }

    private static void ReadRow(ClassOutput output, int row, Span<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            var isRight = output.Kind is ClassOutputKind.Logits ? float.IsFinite(value) : value is >= 0 and <= 1;
            if (!isRight)
            {
                var expected = output.Kind is ClassOutputKind.Logits ? "finite numbers" : "numbers from 0 to 1";
                throw new UnexpectedReplyException(
                    $"expected {output.Alias} to be {expected}, got {value} in row {row}");
            }

            sum += value;
        }

        if (output.Kind is ClassOutputKind.Logits)
        {
            ClassProbabilities.FromLogits(values, values);
        }
        else if (Math.Abs(sum - 1) > SumTolerance)
        {
            throw new UnexpectedReplyException($"expected {output.Alias} to sum to 1, got {sum} in row {row}");
        }
    }

    private static void ReadClassIds(TensorProto tensor, string alias, int sequences, Span<float> probabilitiesBC)
    {
        var classes = probabilitiesBC.Length / sequences;
        var ids = ArrayPool<long>.Shared.Rent(sequences);
        try
        {
            TensorReader.Copy(tensor, ids.AsSpan(0, sequences));
            probabilitiesBC.Clear();
            for (var b = 0; b < sequences; b++)
            {
                if (ids[b] < 0 || ids[b] >= classes)
                {
                    throw new UnexpectedReplyException(
                        $"expected {alias} from 0 to {classes - 1}, got {ids[b]} in row {b}");
                }

                probabilitiesBC[(b * classes) + (int)ids[b]] = 1;
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(ids);
        }
    }
}
