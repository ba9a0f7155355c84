using Moodstream.Bench.Posts;
using Moodstream.Bench.Reports;
using Moodstream.Bert;

namespace Moodstream.Bench;

/// <summary>What every benchmark starts from: folders, clock, model, posts, and the report it fills.</summary>
internal sealed class BenchContext : IDisposable
{
    /// <summary>Loads the model and makes the posts.</summary>
    public BenchContext(BenchOptions options, TextWriter console, TimeProvider clock)
    {
        Options = options;
        Console = console;
        Clock = clock;
        Root = FindRoot();
        ModelFolder = Path.GetFullPath(options.Model ?? Path.Combine(Root, "models", "tweet-sentiment", "1"));
        Model = BertModel.Load(ModelFolder);
        Posts = PostSet.Create(options.Posts, Model.Encoder);
        Report = new Report(console);
    }

    public BenchOptions Options { get; }

    public TextWriter Console { get; }

    public TimeProvider Clock { get; }

    /// <summary>The repository.</summary>
    public string Root { get; }

    public string ModelFolder { get; }

    public BertModel Model { get; }

    public PostSet Posts { get; }

    public Report Report { get; }

    /// <summary>The built program, as ./run starts it.</summary>
    public string Program => Path.Combine(Root, "artifacts", "bin", "Moodstream.Cli", "release", "moodstream.dll");

    /// <summary>An empty folder for files of one benchmark.</summary>
    public string EmptyFolder(string name)
    {
        var folder = Path.Combine(Root, "artifacts", "bench", name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>Begins the report with the machine and the input.</summary>
    public void Begin(string title, params IReadOnlyList<IReadOnlyList<string>> more)
    {
        Report.Paragraph($"# {title}");
        IReadOnlyList<IReadOnlyList<string>> facts =
        [
            ["date", Clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", null)],
            ["command", $"bench/run {Options.Command}{Arguments}"],
            .. Machine.Describe(Root),
            ["model", $"{Model.Name}/{Model.Version}, model.safetensors {Model.WeightsSha256[..12]}"],
            ["input", Posts.Summary],
            .. more,
        ];
        Report.Table(["", ""], facts);
    }

    /// <summary>Writes the report with the posts' histogram behind it.</summary>
    public void Finish(string suffix = "")
    {
        Report.Paragraph("Token ids of a post, and how many posts have that many:");
        Report.Preformatted(Posts.Tokens.ToString());
        var date = Clock.GetUtcNow().ToString("yyyy-MM-dd", null);
        Report.Save(Options.Out ?? Path.Combine(Root, "bench", "results", $"{date}-{Options.Command}{suffix}.md"));
    }

    /// <inheritdoc />
    public void Dispose() => Model.Dispose();

    private string Arguments =>
        (Options.Rounds is { } rounds ? $" --rounds {rounds}" : "")
        + (Options.Posts != PostSet.DefaultCount ? $" --posts {Options.Posts}" : "")
        + (Options.Model is { } model ? $" --model {model}" : "");

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "moodstream.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"no moodstream.slnx above {AppContext.BaseDirectory}");
    }
}
