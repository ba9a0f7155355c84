using System.Globalization;
using System.Runtime.InteropServices;
using Moodstream.Tests.Sidecar;
using Moodstream.Tests.Sidecar.Redis;
using Moodstream.Tests.Sidecar.Resources;

// The double as a process, with daprd's own flags and exit codes; ends on SIGTERM.
SidecarDouble sidecar;
SidecarOptions options;
try
{
    options = Flags.Parse(args, Environment.GetEnvironmentVariable, line => Console.Error.WriteLine(line));
    sidecar = await SidecarDouble.StartAsync(options);
}
catch (Exception problem) when (problem is FlagException or ResourceException or RedisUnreachableException or IOException)
{
    await Console.Error.WriteLineAsync($"fatal: {problem.Message}");
    return 1;
}

var terminated = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
    $"sidecar of {options.AppId}: HTTP {sidecar.HttpPort}, gRPC {sidecar.GrpcPort}"));
await terminated.Task;
return await sidecar.StopAsync();

void End(PosixSignalContext context)
{
    context.Cancel = true;
    terminated.TrySetResult();
}
