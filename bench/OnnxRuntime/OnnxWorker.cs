using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Moodstream.Bench.OnnxRuntime;

/// <summary>ONNX Runtime in a Node process of its own; the commands are described in peers/worker.mjs.</summary>
internal sealed class OnnxWorker : IDisposable
{
    private readonly Process _process;

    private OnnxWorker(Process process) => _process = process;

    /// <summary>Starts a worker in the folder where its packages are installed.</summary>
    public static OnnxWorker Start(string peersFolder)
    {
        var start = new ProcessStartInfo("node", ["--expose-gc", "worker.mjs"])
        {
            WorkingDirectory = peersFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        return new OnnxWorker(Process.Start(start) ?? throw new InvalidOperationException("node did not start"));
    }

    /// <summary>Versions of Node and of ONNX Runtime.</summary>
    public async Task<(string Node, string OnnxRuntime)> AboutAsync(CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(json => json.WriteString("op", "about"), cancellationToken);
        string Version(string name) => answer.RootElement.GetProperty(name).GetString() ?? "unknown";
        return (Version("node"), Version("onnxruntime"));
    }

    /// <summary>Loads a model under a name.</summary>
    public async Task LoadAsync(string session, string path, int threads, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(
            json =>
            {
                json.WriteString("op", "load");
                json.WriteString("session", session);
                json.WriteString("path", path);
                json.WriteNumber("threads", threads);
            },
            cancellationToken);
    }

    /// <summary>Hands over the input of the runs that follow, untimed.</summary>
    public async Task PrepareAsync(IReadOnlyList<PaddedBatch> batches, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(
            json =>
            {
                json.WriteString("op", "prepare");
                json.WriteStartArray("batches");
                foreach (var batch in batches)
                {
                    batch.WriteTo(json);
                }

                json.WriteEndArray();
            },
            cancellationToken);
    }

    /// <summary>Runs the prepared input through a loaded model.</summary>
    public async Task<(double Seconds, float[] Logits)> RunAsync(string session, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(
            json =>
            {
                json.WriteString("op", "run");
                json.WriteString("session", session);
            },
            cancellationToken);
        var logits = MemoryMarshal.Cast<byte, float>(answer.RootElement.GetProperty("logits").GetBytesFromBase64());
        return (answer.RootElement.GetProperty("milliseconds").GetDouble() / 1000, logits.ToArray());
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<JsonDocument> CallAsync(Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        using var command = new MemoryStream();
        using (var json = new Utf8JsonWriter(command))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        command.WriteByte((byte)'\n');
        command.Position = 0;
        await command.CopyToAsync(_process.StandardInput.BaseStream, cancellationToken);
        await _process.StandardInput.BaseStream.FlushAsync(cancellationToken);
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException("the worker ended; its messages above say why");
        var answer = JsonDocument.Parse(line);
        return answer.RootElement.TryGetProperty("error", out var error)
            ? throw new InvalidOperationException($"the worker answered: {error.GetString()}")
            : answer;
    }
}
