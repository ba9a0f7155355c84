using System.CommandLine;
using Moodstream.Cli;

// Above the time that any command takes to stop: `serve` answers what it has in hand, `run` drains.
return await MoodstreamCommand.Create().Parse(args).InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
