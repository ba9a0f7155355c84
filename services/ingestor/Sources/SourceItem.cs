using Moodstream.Contracts;

namespace Moodstream.Ingestor.Sources;

/// <summary>What a source gives: a post, or the reason why a row holds none.</summary>
/// <param name="Position">Where the row stands.</param>
/// <param name="Post">The post; null when <paramref name="Error"/> says why.</param>
/// <param name="Error">What was expected and what came; null when there is a post.</param>
internal readonly record struct SourceItem(SourcePosition Position, Post? Post, string? Error);
