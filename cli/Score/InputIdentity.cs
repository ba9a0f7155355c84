namespace Moodstream.Cli.Score;

/// <summary>Tells whether an input is still the same.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Modified">When it was last written (UTC).</param>
internal sealed record InputIdentity(string Path, long Bytes, DateTimeOffset Modified);
