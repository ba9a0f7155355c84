using Google.Protobuf;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

/// <summary>A SavedModel that was read back, checked, and can be asked as the model server is.</summary>
internal sealed class LoadedSavedModel
{
    private readonly Dictionary<string, GraphNode> _nodes;

    private LoadedSavedModel(Wire.SavedModel message)
    {
        Message = message;
        GraphChecks.CheckModel(message);
        _nodes = GraphChecks.Check(message.MetaGraphs[0].GraphDef);
        foreach (var (name, signature) in message.MetaGraphs[0].SignatureDef)
        {
            GraphChecks.CheckSignature(name, signature, _nodes);
        }
    }

    public Wire.SavedModel Message { get; }

    public MetaGraphDef Meta => Message.MetaGraphs[0];

    /// <summary>Reads a file; fields this library does not write (saver_def, asset_file_def, …) are refused.</summary>
    public static LoadedSavedModel Parse(byte[] file)
    {
        var message = Wire.SavedModel.Parser.WithDiscardUnknownFields(true).ParseFrom(file);
        return message.ToByteArray().AsSpan().SequenceEqual(file)
            ? new LoadedSavedModel(message)
            : throw new SavedModelException("the file holds more than the message, or holds it in another order");
    }

    /// <summary>Takes a message that a test may have spoilt.</summary>
    public static LoadedSavedModel Of(Wire.SavedModel message) => new(message);

    /// <summary>Asks for an output.</summary>
    public Tensor<T> Predict<T>(Feed feed, string output, string signatureName = "serving_default")
        where T : struct
    {
        var signature = Meta.SignatureDef[signatureName];
        var interpreter = new GraphInterpreter(_nodes);
        foreach (var (alias, tensor) in signature.Inputs)
        {
            interpreter.Feed(tensor.Name.Split(':')[0], Tensor.Of(feed.Shape, feed[alias]));
        }

        var promised = signature.Outputs[output];
        var value = interpreter.Evaluate(promised.Name.Split(':')[0]).As<T>();
        var shape = promised.TensorShape.Dim.Select(d => d.Size).ToArray();
        if (shape.Length != value.Rank || shape.Zip(value.Shape).Any(s => s.First >= 0 && s.First != s.Second)
            || value.Shape[0] != feed.Shape[0])
        {
            throw new SavedModelException($"{output}: {value.ShapeText}, promised [{string.Join(",", shape)}] of {feed.Shape[0]} rows");
        }

        return value;
    }
}
