using System.Text.RegularExpressions;

namespace Moodstream.Bench.Serve;

/// <summary><c>moodstream serve</c> as a process on free ports.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private readonly ProgramProcess _program;

    private ServerProcess(ProgramProcess program, Uri address)
    {
        _program = program;
        Address = address;
    }

    /// <summary>Where it answers gRPC.</summary>
    public Uri Address { get; }

    /// <summary>The process.</summary>
    public System.Diagnostics.Process Process => _program.Process;

    /// <summary>Starts it, and waits until it serves.</summary>
    /// <param name="context">Where the built program is.</param>
    /// <param name="modelBase">What it serves.</param>
    /// <param name="threads">Threads that compute.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ServerProcess> StartAsync(
        BenchContext context, string modelBase, int threads, CancellationToken cancellationToken)
    {
        var program = ProgramProcess.Start(
            context.Program,
            "serve", "--model-base", modelBase, "--grpc-port", "0", "--rest-port", "0", "--threads", $"{threads}");
        try
        {
            var line = await program.LineWithAsync("Moodstream serves", cancellationToken);
            return new ServerProcess(program, new Uri(GrpcAddress().Match(line).Groups[1].Value));
        }
        catch
        {
            program.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _program.Dispose();

    [GeneratedRegex("gRPC (http://[^,]+),")]
    private static partial Regex GrpcAddress();
}
