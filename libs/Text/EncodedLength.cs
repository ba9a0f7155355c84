namespace Moodstream.Text;

/// <summary>The extent of an encoded text.</summary>
/// <param name="Tokens">Ids written; at least 2.</param>
/// <param name="Truncated">Whether text was cut at the token limit or at 64 KiB.</param>
public readonly record struct EncodedLength(int Tokens, bool Truncated);
