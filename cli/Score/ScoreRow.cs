using Moodstream.Contracts;

namespace Moodstream.Cli.Score;

/// <summary>One line of the output.</summary>
/// <param name="Id">The post's.</param>
/// <param name="Sentiment">Its mood.</param>
/// <param name="Tokens">Token ids the model saw.</param>
/// <param name="Truncated">Whether that was not the whole text.</param>
internal readonly record struct ScoreRow(string Id, Sentiment Sentiment, int Tokens, bool Truncated);
