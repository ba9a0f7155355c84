using System.CommandLine;
using Moodstream.Cli;

return await MoodstreamCommand.Create().Parse(args).InvokeAsync(
    new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) });
