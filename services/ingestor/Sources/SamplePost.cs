namespace Moodstream.Ingestor.Sources;

/// <summary>One of the bundled posts.</summary>
/// <param name="Author">Its author.</param>
/// <param name="Topics">What it is about; null when it is about nothing in particular.</param>
/// <param name="Text">What it says.</param>
internal sealed record SamplePost(string Author, IReadOnlyList<string>? Topics, string Text);
