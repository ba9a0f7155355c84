namespace Moodstream.TensorFlowServing;

/// <summary>Names on the wire that a classifier's signatures use, and the constants around them.</summary>
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
}
