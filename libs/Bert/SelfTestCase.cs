namespace Moodstream.Bert;

/// <summary>One stored answer.</summary>
/// <param name="Text">The text, before normalisation.</param>
/// <param name="TokenIds">What it becomes.</param>
/// <param name="Logits">What the model makes of it, in the order of its labels.</param>
public sealed record SelfTestCase(string Text, int[] TokenIds, float[] Logits);
