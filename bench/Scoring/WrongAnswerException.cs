namespace Moodstream.Bench.Scoring;

/// <summary>A system that was to be timed gave a wrong answer, so its time means nothing.</summary>
internal sealed class WrongAnswerException(string message) : Exception(message);
