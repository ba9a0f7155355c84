namespace Moodstream.Ingestor.Sources;

/// <summary>Makes the source that the options name.</summary>
internal static class PostSources
{
    public static IPostSource Create(IngestorOptions options, IServiceProvider services) => options.ParsedSource switch
    {
        { Kind: SourceKind.File, Path: { } path } => new FileSource(path, services.GetRequiredService<IRowReader>()),
        { Kind: SourceKind.Stdin } =>
            new StdinSource(Console.OpenStandardInput, services.GetRequiredService<IRowReader>()),
        _ => new SampleSource(SamplePosts.Load(), services.GetRequiredService<TimeProvider>()),
    };
}
