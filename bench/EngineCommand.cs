namespace Moodstream.Bench;

/// <summary>Wraps the engine's own measurement in a results file.</summary>
internal static class EngineCommand
{
    /// <summary>Measures and reports.</summary>
    /// <param name="context">Model, posts and report.</param>
    /// <param name="measure">Takes the model folder and the posts' token ids; writes Markdown.</param>
    public static void Run(BenchContext context, Action<string, IReadOnlyList<int[]>, TextWriter> measure)
    {
        context.Begin("The engine alone");
        using var output = new StringWriter();
        measure(context.ModelFolder, context.Posts.Ids, output);
        context.Report.Paragraph(output.ToString().Trim());
        context.Finish();
    }
}
