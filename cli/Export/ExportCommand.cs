using System.CommandLine;
using System.Globalization;

namespace Moodstream.Cli.Export;

/// <summary><c>moodstream export-savedmodel</c>: the command line of it.</summary>
internal static class ExportCommand
{
    private const string Help = """
        Write a model as a TensorFlow SavedModel that tensorflow/serving loads; TensorFlow is not needed.

        MODEL is a Hugging Face folder of a BertForSequenceClassification, or a folder of numbered versions (the
        highest is taken). OUT is a version folder such as models/bert/1; if its last part is no number, version 1 is
        made in it. Until it is whole it is called OUT.partial. Beside the model lie requests that warm the server up.
        Weights are stored as precisely as MODEL has them: F16 as it is, BF16 widened to single precision.

        Examples:
          moodstream export-savedmodel models/tweet-sentiment out/bert/1
          moodstream export-savedmodel my-model out/bert/2 --half   half the size, weights rounded

        Exit codes: 0 done; 1 wrong command line; 2 the model cannot be read, or OUT not be written; 130 interrupted.
        """;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "Model folder." };
        var output = new Argument<string>("OUT") { Description = "Version folder to write." };
        var fixedLength = new Option<int?>("--fixed-length")
        {
            Description = "Declare that every text has N tokens. Default: any number, the better choice.",
            HelpName = "N",
        };
        fixedLength.Validators.Add(result =>
        {
            // What is no number at all is refused without help.
            if (result.Tokens is [var token]
                && int.TryParse(token.Value, CultureInfo.InvariantCulture, out var length) && length < 1)
            {
                result.AddError($"--fixed-length: expected 1 or more, found {token.Value}");
            }
        });
        var half = new Option<bool>("--half")
        {
            Description = "Store linear layers and embeddings in half precision, rounded, whatever MODEL has.",
        };
        var force = new Option<bool>("--force") { Description = "Write over a SavedModel that is there." };
        var command = new Command("export-savedmodel", Help) { model, output, fixedLength, half, force };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = new ExportOptions
            {
                Model = parsed.GetRequiredValue(model),
                Output = parsed.GetRequiredValue(output),
                FixedLength = parsed.GetValue(fixedLength),
                HalfPrecision = parsed.GetValue(half),
                Force = parsed.GetValue(force),
            };
            return new ExportRun(options, Terminal.System).RunAsync(cancellationToken);
        });
        return command;
    }
}
