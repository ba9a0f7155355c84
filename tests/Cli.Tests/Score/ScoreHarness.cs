using System.Text;
using Moodstream.Cli.Score;

namespace Moodstream.Cli.Tests.Score;

/// <summary>Runs <c>score</c> in a folder of its own, with a fake model.</summary>
internal sealed class ScoreHarness : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _error = new();

    public FakeScorer Scorer { get; set; } = new();

    public Stream Input { get; set; } = Stream.Null;

    public MemoryStream Output { get; private set; } = new();

    public Stream? OutputInstead { get; set; }

    public Func<string, Stream>? OpenOutput { get; set; }

    public string Error => _error.ToString();

    public string StandardOutput => Encoding.UTF8.GetString(Output.ToArray());

    public string this[string name] => _folder[name];

    public string Write(string name, string content)
    {
        File.WriteAllText(_folder[name], content);
        return _folder[name];
    }

    public string Read(string name) => File.ReadAllText(_folder[name]);

    public IEnumerable<string> Files() => Directory.EnumerateFiles(_folder.Path).Select(f => Path.GetFileName(f)).Order();

    public ScoreOptions Options(string? output, params string[] inputs) => new()
    {
        Inputs = inputs,
        Output = output is null ? null : _folder[output],
        BatchTokens = 64,
    };

    public async Task<int> Run(ScoreOptions options, CancellationToken cancellationToken = default)
    {
        var terminal = new Terminal(() => Input, () => OutputInstead ?? (Output = new MemoryStream()), _error, null);
        var run = new ScoreRun(options, terminal, new ManualTimeProvider()) { OpenOutput = OpenOutput };
        return await run.RunAsync(() => Scorer, cancellationToken).DefaultTimeout();
    }

    public void Dispose() => _folder.Dispose();
}
