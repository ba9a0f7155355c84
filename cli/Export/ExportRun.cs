using System.Globalization;
using Moodstream.Bert;
using Moodstream.TensorFlowServing.SavedModel;

namespace Moodstream.Cli.Export;

/// <summary>One run of <c>moodstream export-savedmodel</c>.</summary>
internal sealed class ExportRun(ExportOptions options, Terminal terminal)
{
    /// <summary>Runs.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ExportAsync(VersionFolder.Of(options.Output), cancellationToken);
            return ExitCodes.Ok;
        }
        catch (CommandException e)
        {
            await terminal.Error.WriteLineAsync($"moodstream: {e.Message}");
            return e.ExitCode;
        }
        catch (ModelFormatException e)
        {
            await terminal.Error.WriteLineAsync($"moodstream: model {options.Model}: {e.Message}");
            return ExitCodes.Unreadable;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync(
                $"moodstream: cannot export {options.Model} to {options.Output}: {e.Message}");
            return ExitCodes.Unreadable;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("moodstream: interrupted; nothing was written");
            return ExitCodes.Interrupted;
        }
    }

    private async Task ExportAsync(VersionFolder folder, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder.Path, BertSavedModel.ModelFile);
        if (!options.Force && File.Exists(file))
        {
            throw new CommandException(ExitCodes.Unreadable, $"{file} exists; write over it with --force");
        }

        using var checkpoint = BertCheckpoint.Open(options.Model);
        var most = checkpoint.Config.MaxPositions;
        if (options.FixedLength > most)
        {
            throw new CommandException(
                ExitCodes.Usage,
                $"--fixed-length is {options.FixedLength}; expected at most {most}, the positions of this model");
        }

        var model = new BertSavedModel(checkpoint, new BertSavedModelOptions
        {
            FixedLength = options.FixedLength,
            HalfPrecision = options.HalfPrecision,
        });
        await ExportProgress.ShowAsync(terminal.Display, model.Length, progress => Task.Run(
            () => model.Write(folder.Path, options.Force, progress, cancellationToken), cancellationToken));
        await SumUpAsync(folder, file, model);
    }

    private async Task SumUpAsync(VersionFolder folder, string file, BertSavedModel model)
    {
        if (folder.IsAdded)
        {
            await terminal.Error.WriteLineAsync(
                $"moodstream: {options.Output} is no version number, which the server needs: wrote version 1 in it");
        }

        var size = string.Create(CultureInfo.InvariantCulture, $"{model.Length / 1e6:N1} MB");
        var signatures = string.Join(" and ", BertSavedModel.Signatures);
        await using var output = new StreamWriter(terminal.OpenOutput());
        await output.WriteAsync($"""
            {file}: {size}, {model.Nodes} nodes, weights in {Storage(model)}, signatures {signatures}
            Serve it on ports 8500 (gRPC) and 8501 (REST):
              {folder.ServeCommand()}

            """);
    }

    private static string Storage(BertSavedModel model) =>
        model.HalfMatrices == 0 ? "float32"
        : model.HalfMatrices == model.Matrices ? "float16"
        : $"float16 ({model.HalfMatrices} of {model.Matrices} matrices) and float32";
}
