using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>
/// What a BERT classifier is called over the wire: the signatures and the aliases of their inputs and outputs.
/// Exporter, client and server take them from here.
/// </summary>
/// <remarks>
/// B rows of T token ids; C labels. The inputs are called as google-research/bert calls them.
/// </remarks>
public static class BertSignature
{
    /// <summary>The signature of a request that names none; our client names it.</summary>
    public const string ServingDefault = "serving_default";

    /// <summary>The signature older clients name; the same inputs and outputs.</summary>
    public const string BertPredictions = "bert_predictions";

    /// <summary>Input: token ids, int32 [B, T].</summary>
    public const string InputIds = "input_ids";

    /// <summary>Input: 0 where a token is padding, anything else where it is not, int32 [B, T].</summary>
    public const string InputMask = "input_mask";

    /// <summary>Input: 0 for the first text of a pair and 1 for the second, int32 [B, T].</summary>
    public const string SegmentIds = "segment_ids";

    /// <summary>Output: probabilities of the labels, float32 [B, C]; the only one our client asks for.</summary>
    public const string Probabilities = "probabilities";

    /// <summary>Output: logits of the labels, float32 [B, C].</summary>
    public const string Logits = "logits";

    /// <summary>Output: number of the likeliest label, int32 [B]; spelt so by the clients that read it.</summary>
    public const string PredictatedLabels = "predictated_labels";

    /// <summary>Method name of a signature that is called by Predict.</summary>
    public const string PredictMethod = "tensorflow/serving/predict";

    /// <summary>The aliases of the inputs.</summary>
    public static IReadOnlyList<string> Inputs { get; } = [InputIds, InputMask, SegmentIds];

    /// <summary>Describes the signature, which is the same under both names.</summary>
    /// <param name="labels">C, at least 1.</param>
    /// <param name="columns">T where every request has the same; null where it is free.</param>
    /// <returns>
    /// A new message, whose tensors are called as their aliases (<c>logits:0</c>); maps are in key order.
    /// </returns>
    public static SignatureDef Define(int labels, int? columns = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        var definition = new SignatureDef { MethodName = PredictMethod };
        foreach (var input in Inputs.Order(StringComparer.Ordinal))
        {
            definition.Inputs.Add(input, Tensor(input, DataType.DtInt32, -1, columns ?? -1));
        }

        definition.Outputs.Add(Logits, Tensor(Logits, DataType.DtFloat, -1, labels));
        definition.Outputs.Add(PredictatedLabels, Tensor(PredictatedLabels, DataType.DtInt32, -1));
        definition.Outputs.Add(Probabilities, Tensor(Probabilities, DataType.DtFloat, -1, labels));
        return definition;
    }

    private static TensorInfo Tensor(string alias, DataType type, params ReadOnlySpan<long> shape) =>
        new() { Name = $"{alias}:0", Dtype = type, TensorShape = Shapes.Of(shape) };
}
