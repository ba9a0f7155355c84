using System.CommandLine;
using Moodstream.Cli.Models;
using Moodstream.ModelServer;

namespace Moodstream.Cli.Serve;

/// <summary>`moodstream serve`: the model server, for clients of TensorFlow Serving.</summary>
internal static class ServeCommand
{
    private const string Help =
        """
        Serve a model as TensorFlow Serving does: its gRPC and REST clients work unchanged.

          moodstream serve                                   the bundled model as `bert`, on 127.0.0.1
          moodstream serve --model-base models/mine --model-name mine --bind 0.0.0.0
          curl -d '{"signature_name":"texts","instances":["so good"]}' http://localhost:8501/v1/models/bert:predict

        The folder is watched: a new version (NAME/2) is loaded and tested beside the old one and then takes over.
        """;

    public static Command Create()
    {
        var defaults = new ModelServerOptions();
        var name = new Option<string>("--model-name")
        {
            Description = "Name by which requests ask for the model.",
            HelpName = "NAME",
            DefaultValueFactory = _ => defaults.ModelName,
        };
        var folder = new Option<string?>("--model-base")
        {
            Description = "Folder of numbered versions (the highest is served), or a model folder. Default: the bundled model.",
            HelpName = "DIR",
            DefaultValueFactory = _ => BundledModel.Find(),
        };
        var bind = new Option<string>("--bind")
        {
            Description = "IP address to listen on; 0.0.0.0 for all of this machine's.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => defaults.Bind,
        };
        var grpcPort = CommonOptions.Number("--grpc-port", "Port of gRPC (0: any free one).", 0, 65_535, defaults.GrpcPort);
        var restPort = CommonOptions.Number(
            "--rest-port", "Port of REST, health and metrics (0: any free one).", 0, 65_535, defaults.RestPort);
        var batch = CommonOptions.Number(
            "--max-batch-tokens", "Most token ids a thread computes at once.", 16, 65_536, defaults.MaxBatchTokens);
        var queue = CommonOptions.Number(
            "--queue", "Most sequences that wait; a request beyond is answered UNAVAILABLE.", 1, 1_048_576, defaults.Queue);
        var threads = CommonOptions.Threads();
        var command = new Command("serve", Help) { name, folder, grpcPort, restPort, bind, batch, queue, threads };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (parsed.GetValue(folder) is not { } modelBase)
            {
                return Task.FromResult(Complaints.Write(
                    "no model: there is no models/tweet-sentiment beside or above the program; name one with --model-base DIR"));
            }

            return ServeHost.RunAsync(
                new Dictionary<string, string?>
                {
                    [Key(nameof(ModelServerOptions.ModelName))] = parsed.GetValue(name),
                    [Key(nameof(ModelServerOptions.ModelBase))] = modelBase,
                    [Key(nameof(ModelServerOptions.GrpcPort))] = $"{parsed.GetValue(grpcPort)}",
                    [Key(nameof(ModelServerOptions.RestPort))] = $"{parsed.GetValue(restPort)}",
                    [Key(nameof(ModelServerOptions.Bind))] = parsed.GetValue(bind),
                    [Key(nameof(ModelServerOptions.MaxBatchTokens))] = $"{parsed.GetValue(batch)}",
                    [Key(nameof(ModelServerOptions.Queue))] = $"{parsed.GetValue(queue)}",
                    [Key(nameof(ModelServerOptions.Threads))] = $"{parsed.GetValue(threads)}",
                },
                cancellationToken);
        });
        return command;
    }

    private static string Key(string option) => $"{ModelServerOptions.Section}:{option}";
}
