using Moodstream.Bench.Scoring;
using Moodstream.Tests.Support;

namespace Moodstream.Bench.Pipeline;

/// <summary>The program from start to the last post on one page.</summary>
internal sealed class PipelineRun
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectEvery = TimeSpan.FromMilliseconds(20);

    private PipelineRun(PageClient client, double firstPostSeconds, MemoryLog memory)
    {
        (Received, Events) = (client.Received, client.Events);
        (Posts, Time) = client.Steady;
        FirstPostSeconds = firstPostSeconds;
        Memory = memory;
    }

    /// <summary>Distinct posts the page got.</summary>
    public int Received { get; }

    /// <summary>Events it got them in.</summary>
    public int Events { get; }

    /// <summary>Posts behind the first event that held some.</summary>
    public int Posts { get; }

    /// <summary>From that event to the last.</summary>
    public TimeSpan Time { get; }

    /// <summary>From the start of the process to the first scored post on the page.</summary>
    public double FirstPostSeconds { get; }

    /// <summary>Resident memory on the way.</summary>
    public MemoryLog Memory { get; }

    /// <summary>Runs a file through the program at full rate.</summary>
    /// <param name="context">Where the program and the model are.</param>
    /// <param name="file">The posts.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="answers">What each must be scored.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<PipelineRun> RunAsync(
        BenchContext context, string file, int count, Answers answers, CancellationToken cancellationToken)
    {
        var port = Ports.Free();
        var clock = context.Clock;
        var start = clock.GetTimestamp();
        using var program = ProgramProcess.Start(
            context.Program, "run", "--source", $"file:{file}", "--rate", "max", "--port", $"{port}",
            "--data", context.EmptyFolder("pipeline-data"), "--model", context.ModelFolder);
        var client = new PageClient(answers, clock);
        var memory = new MemoryLog();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var log = memory.WriteAsync(program.Process, () => client.Received, clock, over.Token);
        try
        {
            await ReadAsync(client, program, port, count, clock, cancellationToken);
        }
        finally
        {
            await over.CancelAsync();
            await log;
        }

        return new PipelineRun(client, clock.GetElapsedTime(start, client.FirstAt).TotalSeconds, memory);
    }

    private static async Task ReadAsync(
        PageClient client,
        ProgramProcess program,
        int port,
        int count,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        using var http = new HttpClient
        {
            BaseAddress = new Uri($"http://localhost:{port}"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        using var response = await ConnectAsync(http, program, clock, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var silent = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silent.Token);
        try
        {
            await client.ReadAsync(body, count, silent, Silence, patience.Token);
        }
        catch (OperationCanceledException) when (silent.IsCancellationRequested && client.Received > 0)
        {
            // What the page got until then is the result; the report says how much is missing.
        }

        if (client.Received == 0)
        {
            throw new InvalidOperationException($"the page got no post: {program.LastLines}");
        }
    }

    private static async Task<HttpResponseMessage> ConnectAsync(
        HttpClient http, ProgramProcess program, TimeProvider clock, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        while (true)
        {
            try
            {
                var response = await http.GetAsync(
                    "/events", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                return response.EnsureSuccessStatusCode();
            }
            catch (HttpRequestException e)
                when (e.StatusCode is null && !program.Process.HasExited && clock.GetElapsedTime(start) < StartLimit)
            {
                await Task.Delay(ConnectEvery, clock, cancellationToken);
            }
            catch (HttpRequestException e)
            {
                throw new InvalidOperationException(
                    $"no page at {http.BaseAddress}: {e.Message} {program.LastLines}", e);
            }
        }
    }
}
