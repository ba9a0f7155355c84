namespace Moodstream.Bench.Posts;

/// <summary>Shows the posts the benchmarks measure.</summary>
internal static class PostsCommand
{
    /// <summary>Prints their figures and histogram, and writes them where asked to.</summary>
    public static void Run(BenchContext context)
    {
        context.Console.Write($"{context.Posts.Summary}\n\n{context.Posts.Tokens}");
        if (context.Options.Out is { } path)
        {
            PostFile.Write(path, context.Posts.Texts);
        }
    }
}
