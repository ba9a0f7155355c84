namespace Moodstream.Ingestor.Sources;

/// <summary>The kinds of sources there are.</summary>
internal enum SourceKind
{
    Sample,
    File,
    Stdin,
}
