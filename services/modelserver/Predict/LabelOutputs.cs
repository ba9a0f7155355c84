using Google.Protobuf;
using Moodstream.Bert;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Predict;

/// <summary>Makes the outputs a classifier's signatures have of logits.</summary>
/// <param name="labels">[C] names in the order of the logits.</param>
/// <param name="encoding">Where numbers go.</param>
internal sealed class LabelOutputs(IReadOnlyList<string> labels, TensorEncoding encoding)
{
    private readonly ByteString[] _labels = [.. labels.Select(ByteString.CopyFromUtf8)];

    /// <summary>Number of labels (C).</summary>
    public int Labels => labels.Count;

    /// <summary>Makes an output.</summary>
    /// <param name="alias">Which.</param>
    /// <param name="logitsBC">[B, C] row-major.</param>
    /// <param name="count">Rows (B).</param>
    public TensorProto Write(string alias, ReadOnlySpan<float> logitsBC, int count) => alias switch
    {
        PredictSignature.Logits => TensorWriter.Of(logitsBC, encoding, count, labels.Count),
        PredictSignature.Probabilities => TensorWriter.Of(Probabilities(logitsBC), encoding, count, labels.Count),
        PredictSignature.PredictedLabels => TensorWriter.Of(Classes(logitsBC, count), encoding, count),
        PredictSignature.Labels => TensorWriter.Of(Names(logitsBC, count), count),
        _ => throw new ArgumentException($"expected an output, got '{alias}'", nameof(alias)),
    };

    private float[] Probabilities(ReadOnlySpan<float> logitsBC)
    {
        var probabilitiesBC = new float[logitsBC.Length];
        for (var i = 0; i < logitsBC.Length; i += labels.Count)
        {
            ClassProbabilities.FromLogits(logitsBC.Slice(i, labels.Count), probabilitiesBC.AsSpan(i, labels.Count));
        }

        return probabilitiesBC;
    }

    private int[] Classes(ReadOnlySpan<float> logitsBC, int count)
    {
        var classes = new int[count];
        for (var i = 0; i < count; i++)
        {
            var row = logitsBC.Slice(i * labels.Count, labels.Count);
            for (var c = 1; c < row.Length; c++)
            {
                // Among equals the first, as TensorFlow's ArgMax.
                classes[i] = row[c] > row[classes[i]] ? c : classes[i];
            }
        }

        return classes;
    }

    private ByteString[] Names(ReadOnlySpan<float> logitsBC, int count) =>
        [.. Classes(logitsBC, count).Select(c => _labels[c])];
}
