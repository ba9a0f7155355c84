using Moodstream.Bench;
using Moodstream.Bench.Dapr;
using Moodstream.Bench.Engine;
using Moodstream.Bench.Peers;
using Moodstream.Bench.Pipeline;
using Moodstream.Bench.Posts;
using Moodstream.Bench.Score;
using Moodstream.Bench.Scoring;
using Moodstream.Bench.Serve;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

try
{
    using var context = new BenchContext(BenchOptions.Parse(args), Console.Out, TimeProvider.System);
    await RunAsync(context, stop.Token);
    return context.Report.HasMissedFloor ? 3 : 0;
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync($"bench: {e.Message}\n\n{BenchOptions.Usage}");
    return 1;
}
catch (Exception e) when (e is InvalidOperationException or IOException or WrongAnswerException)
{
    await Console.Error.WriteLineAsync($"bench: {e.Message}");
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

static async Task RunAsync(BenchContext context, CancellationToken cancellationToken)
{
    switch (context.Options.Command)
    {
        case "engine":
            await new EngineBench(context).RunAsync(cancellationToken);
            break;
        case "peers":
            using (var peers = new PeersBench(context))
            {
                await peers.RunAsync(cancellationToken);
            }

            break;
        case "score":
            await new ScoreBench(context).RunAsync(cancellationToken);
            break;
        case "pipeline":
            await new PipelineBench(context).RunAsync(cancellationToken);
            break;
        case "serve":
            await new ServeBench(context).RunAsync(cancellationToken);
            break;
        case "dapr":
            await new DaprBench(context).RunAsync(cancellationToken);
            break;
        case "posts":
            PostsCommand.Run(context);
            break;
        default:
            throw new InvalidOperationException($"no command {context.Options.Command}");
    }
}
