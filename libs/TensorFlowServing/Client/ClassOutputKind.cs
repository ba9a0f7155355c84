namespace Moodstream.TensorFlowServing.Client;

/// <summary>What the numbers of an output are.</summary>
public enum ClassOutputKind
{
    /// <summary>[B, C], each row 0 to 1 with the sum 1; float, double or half.</summary>
    Probabilities,

    /// <summary>[B, C], before the soft-max; float, double, half or bfloat16.</summary>
    Logits,

    /// <summary>[B], [B, 1], or rank 0 for a batch of one: the index of each row's class; int32 or int64.</summary>
    ClassIds,
}
