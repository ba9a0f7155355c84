namespace Moodstream.Cli.Score;

/// <summary>A post of which only the token ids are still needed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tokens">How many token ids it became.</param>
/// <param name="Truncated">Whether they are not the whole text.</param>
internal readonly record struct EncodedPost(string Id, int Tokens, bool Truncated);
