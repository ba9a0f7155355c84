using Moodstream.Contracts;

namespace Moodstream.Trends.Mood;

/// <summary>What a topic's mood needs to know of a scored post.</summary>
/// <param name="Id">Id of the post, without the model's version.</param>
/// <param name="Source">Its source.</param>
/// <param name="At">When it entered Moodstream: the same at every repeat.</param>
/// <param name="Label">Its mood.</param>
/// <param name="Score">Its score, −1 to 1.</param>
internal sealed record MoodEntry(string Id, string Source, DateTimeOffset At, SentimentLabel Label, float Score);
