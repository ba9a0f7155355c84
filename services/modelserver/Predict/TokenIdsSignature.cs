using System.Buffers;
using Google.Protobuf.Collections;
using Moodstream.Bert;
using Moodstream.ModelServer.Batching;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Predict;

/// <summary>
/// Token ids, mask and segments in, int32 [B, T] each; logits, probabilities and classes out. What TensorFlow would
/// refuse while it runs is refused here before anything is queued, in its words where users search for them.
/// </summary>
/// <param name="name">The signature's name.</param>
/// <param name="config">The model's shape.</param>
/// <param name="mostSequences">Most sequences of a request.</param>
/// <param name="mostValues">
/// Most ids of a request, padding included: one value can stand for all, so the bytes of a request do not bound them.
/// </param>
/// <param name="outputs">Makes the outputs.</param>
internal sealed class TokenIdsSignature(string name, BertConfig config, int mostSequences, int mostValues, LabelOutputs outputs)
    : ServingSignature(name, PredictSignature.Define(config.Labels.Count))
{
    private static IReadOnlyList<string> Inputs => PredictSignature.Inputs;

    public override TensorProto Write(string alias, ReadOnlySpan<float> logitsBC, int count) =>
        outputs.Write(alias, logitsBC, count);

    protected override TokenSequences ReadInputs(
        MapField<string, TensorProto> inputs, CancellationToken cancellationToken)
    {
        var (sequences, length) = Shape(inputs);
        var values = sequences * length;
        var memory = ArrayPool<int>.Shared.Rent(Math.Max(1, values * Inputs.Count));
        try
        {
            var ids = memory.AsSpan(0, values);
            var mask = memory.AsSpan(values, values);
            var segments = memory.AsSpan(2 * values, values);
            Copy(inputs, PredictSignature.InputIds, ids);
            Copy(inputs, PredictSignature.InputMask, mask);
            Copy(inputs, PredictSignature.SegmentIds, segments);
            RequireBelow(ids, length, config.VocabularySize, "bert/embeddings/word");
            RequireBelow(segments, length, config.Segments, "bert/embeddings/token_type");
            return RaggedSequences.Of(ids, mask, segments, sequences, length);
        }
        finally
        {
            ArrayPool<int>.Shared.Return(memory);
        }
    }

    /// <summary>[B, T] of all three, within what the queue and the model can take: bounded before memory is taken.</summary>
    private (int Sequences, int Length) Shape(MapField<string, TensorProto> inputs)
    {
        var shapes = new TensorShape[Inputs.Count];
        for (var i = 0; i < Inputs.Count; i++)
        {
            var tensor = inputs[Inputs[i]];
            shapes[i] = ShapeOf(tensor, Inputs[i]);
            if (tensor.Dtype is not DataType.DtInt32)
            {
                throw Invalid($"Expects arg[{i}] to be int32 but {TensorReader.NameOf(tensor.Dtype)} is provided");
            }
        }

        var ids = shapes[0];
        if (ids.Rank != 2)
        {
            throw Invalid($"{Inputs[0]}: expected the shape [B,T], got {ids}");
        }

        for (var i = 1; i < shapes.Length; i++)
        {
            if (!shapes[i].Is(ids.Dimensions))
            {
                throw Invalid($"{Inputs[i]}: expected the shape {ids} of {Inputs[0]}, got {shapes[i]}");
            }
        }

        var sequences = RequireSequences(ids[0]);
        var length = RequireLength(ids[1]);
        return (long)sequences * length <= mostValues
            ? (sequences, length)
            : throw Invalid($"{Inputs[0]}: expected at most {mostValues} token ids with their padding, got {ids}");
    }

    private int RequireSequences(long sequences) => sequences <= mostSequences
        ? (int)sequences
        : throw Invalid($"Task size {sequences} is larger than maximum input batch size {mostSequences}");

    private int RequireLength(long length)
    {
        if (length == 0)
        {
            throw Invalid($"{Inputs[0]}: expected at least one token id, got none: slice index 0 of dimension 1 out of bounds.");
        }

        var most = config.MaxPositions;
        return length <= most
            ? (int)length
            : throw Invalid(
                $"indices[{most}] = {most} is not in [0, {most})\n\t [[{{{{node bert/embeddings/position}}}}]]: "
                + $"expected at most {most} token ids, got {length}");
    }

    private static TensorShape ShapeOf(TensorProto tensor, string alias)
    {
        try
        {
            return TensorShape.Of(tensor);
        }
        catch (TensorFormatException exception)
        {
            throw Invalid($"tensor parsing error: {alias}: {exception.Message}");
        }
    }

    private static void Copy(MapField<string, TensorProto> inputs, string alias, Span<int> destination)
    {
        try
        {
            TensorReader.Copy(inputs[alias], destination);
        }
        catch (TensorFormatException exception)
        {
            throw Invalid($"tensor parsing error: {alias}: {exception.Message}");
        }
    }

    private static void RequireBelow(ReadOnlySpan<int> valuesBT, int length, int bound, string node)
    {
        for (var i = 0; i < valuesBT.Length; i++)
        {
            if ((uint)valuesBT[i] >= (uint)bound)
            {
                throw Invalid(
                    $"indices[{i / length},{i % length}] = {valuesBT[i]} is not in [0, {bound})\n\t [[{{{{node {node}}}}}]]");
            }
        }
    }
}
