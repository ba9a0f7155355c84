namespace Moodstream.Cli.Eval;

/// <summary>A post and what people said of it.</summary>
/// <param name="Label">0 negative, 1 neutral, 2 positive.</param>
/// <param name="Text">As written.</param>
internal readonly record struct LabelledPost(int Label, string Text);
