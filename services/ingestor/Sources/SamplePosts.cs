namespace Moodstream.Ingestor.Sources;

/// <summary>
/// Reads the bundled posts: one a line, <c>AUTHOR TAB TOPIC,TOPIC TAB TEXT</c>, topics may be missing.
/// </summary>
internal static class SamplePosts
{
    private const string Resource = "Moodstream.Ingestor.Sources.sample.tsv";

    /// <summary>The posts embedded in this assembly.</summary>
    public static IReadOnlyList<SamplePost> Load()
    {
        using var stream = typeof(SamplePosts).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"resource {Resource} is not embedded");
        using var reader = new StreamReader(stream);
        return Parse(reader);
    }

    /// <summary>Parses strictly.</summary>
    /// <exception cref="FormatException">A line is not of that form, or there is none; it names the line.</exception>
    public static IReadOnlyList<SamplePost> Parse(TextReader reader)
    {
        var posts = new List<SamplePost>();
        while (reader.ReadLine() is { } line)
        {
            var columns = line.Split('\t');
            if (columns is not [{ Length: > 0 } author, var topics, var text])
            {
                throw new FormatException(
                    $"sample line {posts.Count + 1}: expected AUTHOR, TOPICS and TEXT with a tab between, "
                    + $"got {columns.Length} columns");
            }

            var split = topics.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            posts.Add(new SamplePost(author, split is [] ? null : split, text));
        }

        return posts is [] ? throw new FormatException("the sample holds no post") : posts;
    }
}
