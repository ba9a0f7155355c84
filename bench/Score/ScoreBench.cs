using System.Text.Json;
using Moodstream.Bench.Scoring;
using Moodstream.Bench.Posts;
using Moodstream.Bench.Rounds;

namespace Moodstream.Bench.Score;

/// <summary><c>moodstream score</c> as a process, file to file, against the engine alone on the same posts.</summary>
internal sealed class ScoreBench(BenchContext context)
{
    private const int DefaultRounds = 5;
    private const double FloorRatio = 0.9;
    private const double Tolerance = 1e-4;

    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(300);

    /// <summary>Measures and reports.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        context.Begin("score against the engine alone");
        var folder = context.EmptyFolder("score");
        var posts = context.Posts;
        var all = PostFile.Write(Path.Combine(folder, "posts.jsonl"), posts.Texts);
        var one = PostFile.Write(Path.Combine(folder, "one.jsonl"), [posts.Texts[0]]);
        var output = Path.Combine(folder, "scores.jsonl");

        var threads = Environment.ProcessorCount;
        using var engine = new BareEngine(context.Model, threads, context.Clock);
        var answers = Answers.Of(engine, posts.Ids);
        var starts = new List<double>();
        var score = new Contender("score", async (round, token) =>
        {
            var start = await ScoreAsync(one, output, token);
            var seconds = await ScoreAsync(all, output, token);
            Check(output, answers, posts.Texts.Count);
            if (round >= 0)
            {
                starts.Add(start);
            }

            return new Measurement(posts.Texts.Count, seconds);
        });
        var pair = new Pair("score / engine", score, engine.AsContender(posts.Ids), FloorRatio);
        var rounds = context.Options.Rounds ?? DefaultRounds;
        var result = (await new PairedRounds(rounds, Gap, context.Clock, context.Console)
            .RunAsync([pair], cancellationToken))[0];
        var steady = result with
        {
            Subject = [.. result.Subject.Select((m, i) => m with { Seconds = m.Seconds - starts[i] })],
        };
        WriteReport(rounds, threads, new Spread(starts), result, steady);
    }

    private async Task<double> ScoreAsync(string input, string output, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        using var program = ProgramProcess.Start(
            context.Program, "score", input, "-o", output, "--force", "--model", context.ModelFolder);
        await program.WaitAsync(cancellationToken);
        return context.Clock.GetElapsedTime(start).TotalSeconds;
    }

    private static void Check(string output, Answers answers, int posts)
    {
        var line = 0;
        foreach (var text in File.ReadLines(output))
        {
            using var scored = JsonDocument.Parse(text);
            var id = scored.RootElement.GetProperty("id").GetString();
            if (id != PostFile.Id(line))
            {
                throw new WrongAnswerException(
                    $"line {line + 1} of the output is of '{id}', expected '{PostFile.Id(line)}'");
            }

            answers.Check(id, scored.RootElement, Tolerance);
            line++;
        }

        if (line != posts)
        {
            throw new WrongAnswerException($"the output has {line} lines, expected {posts}");
        }
    }

    private void WriteReport(int rounds, int threads, Spread starts, PairResult whole, PairResult steady)
    {
        var report = context.Report;
        report.Paragraph(
            $"""
            `moodstream score posts.jsonl -o scores.jsonl` as a process, against the engine alone on the token ids of
            the same {whole.Subject[0].Posts} posts, {threads} threads on both sides; medians of {rounds} rounds after
            one that warms up, the two taking turns in going first. Every line of every output was held against the
            engine's own answer.
            """);
        report.Ratios(
            "posts a second",
            "score",
            "engine",
            [("whole process, its start included", whole), ("without the start", steady)]);
        report.Paragraph(
            $"""
            The start is the time the same command takes for one post, measured in every round: {starts.Median:F2} s in
            the median, {starts.Least:F2}–{starts.Most:F2} s.
            """);
        context.Finish();
    }
}
