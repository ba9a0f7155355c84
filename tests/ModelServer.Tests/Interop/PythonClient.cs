using System.Diagnostics;
using System.Text.Json;

namespace Moodstream.ModelServer.Tests.Interop;

/// <summary>Runs client.py with messages that grpc_tools generates from our protos.</summary>
public sealed class PythonClient : IDisposable
{
    private static readonly string Protos = Path.Combine(Repository.Root, "protos");
    private static readonly string Script =
        Path.Combine(Repository.Root, "tests", "ModelServer.Tests", "Interop", "client.py");

    private readonly TemporaryFolder _stubs = new();
    private readonly Lazy<Task> _generated;

    public PythonClient() => _generated = new Lazy<Task>(GenerateAsync);

    /// <summary>Runs one case against a server, and gives what it printed.</summary>
    public async Task<JsonElement> RunAsync(string name, Uri server)
    {
        await _generated.Value;
        var output = await PythonAsync(
            Script, name, server.Authority, _stubs.Path, Repository.Data("tfs-wire", "predict_request.json"));
        using var json = JsonDocument.Parse(output);
        return json.RootElement.Clone();
    }

    public void Dispose() => _stubs.Dispose();

    private async Task GenerateAsync()
    {
        await PythonAsync(
            ["-m", "grpc_tools.protoc", $"-I{Protos}", $"--python_out={_stubs.Path}", $"--grpc_python_out={_stubs.Path}",
            .. Directory.EnumerateFiles(Protos, "*.proto", SearchOption.AllDirectories)]);

        // Ours of grpc.health.v1 lies where the grpc package does.
        await File.WriteAllTextAsync(
            Path.Combine(_stubs.Path, "sitecustomize.py"),
            "import os, grpc\ngrpc.__path__.append(os.path.join(os.path.dirname(__file__), 'grpc'))\n");
    }

    private async Task<string> PythonAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(PythonGrpcFactAttribute.Python, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PYTHONPATH"] = _stubs.Path, ["PYTHONDONTWRITEBYTECODE"] = "1", ["no_proxy"] = "*" },
        })!; // null only for UseShellExecute
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync().DefaultTimeout();
        await process.WaitForExitAsync().DefaultTimeout();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', arguments)}: {await errors}");
        return output;
    }
}
