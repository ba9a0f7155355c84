namespace Moodstream.ModelServer.Monitoring;

/// <summary>Values of the labels that tell a metric's series apart; null where there are fewer.</summary>
internal readonly record struct SeriesKey(string? First, string? Second, string? Third);
