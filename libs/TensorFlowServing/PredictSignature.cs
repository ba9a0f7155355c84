using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing;

/// <summary>What a classifier is called over the wire: its signatures, the aliases of their inputs and outputs, and what they look like.</summary>
public static class PredictSignature
{
    /// <summary>The signature a request without a name means.</summary>
    public const string Default = "serving_default";

    /// <summary>The signature that clients of the first BERT exports ask for; its inputs and outputs are those of <see cref="Default"/>.</summary>
    public const string Bert = "bert_predictions";

    /// <summary>Ours: texts in, labels and probabilities out.</summary>
    public const string Texts = "texts";

    /// <summary>What every signature that <c>Predict</c> runs has as its method.</summary>
    public const string MethodName = "tensorflow/serving/predict";

    /// <summary>int32 [B, T]: token ids.</summary>
    public const string InputIds = "input_ids";

    /// <summary>int32 [B, T]: 0 = padding.</summary>
    public const string InputMask = "input_mask";

    /// <summary>int32 [B, T]: 0 for the first segment, 1 for the second.</summary>
    public const string SegmentIds = "segment_ids";

    /// <summary>float [B, C].</summary>
    public const string Logits = "logits";

    /// <summary>float [B, C]: soft-max of the logits.</summary>
    public const string Probabilities = "probabilities";

    /// <summary>int32 [B]: the most probable class. Spelt as its first clients spell it.</summary>
    public const string PredictedLabels = "predictated_labels";

    /// <summary>string [B]: UTF-8.</summary>
    public const string InputTexts = "texts";

    /// <summary>string [B]: the name of the most probable class.</summary>
    public const string Labels = "labels";

    /// <summary>The one kind of metadata there is.</summary>
    public const string MetadataField = "signature_def";

    /// <summary>The aliases of the inputs of <see cref="Default"/>, in the order of a graph's feeds, by whose index TensorFlow names an input.</summary>
    public static IReadOnlyList<string> Inputs { get; } = [InputIds, InputMask, SegmentIds];

    /// <summary>Describes <see cref="Default"/>, and <see cref="Bert"/>, which is the same.</summary>
    /// <param name="labels">C, at least 1.</param>
    /// <param name="columns">T where every request has the same; null where it is free.</param>
    /// <returns>
    /// A new message, whose tensors are called as their aliases (<c>logits:0</c>); maps are in key order.
    /// </returns>
    public static SignatureDef Define(int labels, int? columns = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        var definition = new SignatureDef { MethodName = MethodName };
        foreach (var input in Inputs.Order(StringComparer.Ordinal))
        {
            definition.Inputs.Add(input, Tensor(input, DataType.DtInt32, -1, columns ?? -1));
        }

        definition.Outputs.Add(Logits, Tensor(Logits, DataType.DtFloat, -1, labels));
        definition.Outputs.Add(PredictedLabels, Tensor(PredictedLabels, DataType.DtInt32, -1));
        definition.Outputs.Add(Probabilities, Tensor(Probabilities, DataType.DtFloat, -1, labels));
        return definition;
    }

    /// <summary>Describes <see cref="Texts"/>.</summary>
    /// <param name="labels">C, at least 1.</param>
    /// <returns>A new message; maps are in key order.</returns>
    public static SignatureDef DefineTexts(int labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        var definition = new SignatureDef { MethodName = MethodName };
        definition.Inputs.Add(InputTexts, Tensor(InputTexts, DataType.DtString, -1));
        definition.Outputs.Add(Labels, Tensor(Labels, DataType.DtString, -1));
        definition.Outputs.Add(Probabilities, Tensor(Probabilities, DataType.DtFloat, -1, labels));
        return definition;
    }

    private static TensorInfo Tensor(string alias, DataType type, params ReadOnlySpan<long> shape) =>
        new() { Name = $"{alias}:0", Dtype = type, TensorShape = TensorWriter.Shape(shape) };
}
