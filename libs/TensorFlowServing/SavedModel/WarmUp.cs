using Google.Protobuf;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>
/// The requests the model server plays to a model before it takes others (g3doc/saved_model_warmup.md). TensorFlow
/// optimises a graph anew for every set of outputs somebody asks for, which takes seconds: so there is one request for
/// each set that a client asks for.
/// </summary>
internal static class WarmUp
{
    /// <summary>
    /// Tokens of a request where their number is free; the shape makes no difference to the optimiser.
    /// </summary>
    private const int FreeColumns = 8;

    /// <summary>The requests: our client's, and that of clients that ask for everything.</summary>
    /// <param name="modelName">Name of the model; the server does not look at it.</param>
    /// <param name="columns">Tokens of a sequence, where fixed.</param>
    /// <param name="maxPositions">Most tokens of a sequence.</param>
    public static IEnumerable<PredictRequest> Requests(string modelName, int? columns, int maxPositions)
    {
        var tokens = columns ?? Math.Min(FreeColumns, maxPositions);
        yield return Request(modelName, PredictSignature.Default, tokens, PredictSignature.Probabilities);
        yield return Request(modelName, PredictSignature.Bert, tokens);
    }

    /// <summary>Writes them.</summary>
    public static void Write(Stream stream, IEnumerable<PredictRequest> requests)
    {
        foreach (var request in requests)
        {
            var log = new PredictionLog { PredictLog = new PredictLog { Request = request } };
            TfRecord.Write(stream, log.ToByteArray());
        }
    }

    private static PredictRequest Request(
        string modelName, string signature, int tokens, params ReadOnlySpan<string> outputs)
    {
        var request = new PredictRequest { ModelSpec = new ModelSpec { Name = modelName, SignatureName = signature } };

        // Token 0 is there in any vocabulary, and so is segment 0.
        request.Inputs.Add(PredictSignature.InputIds, Filled(0, tokens));
        request.Inputs.Add(PredictSignature.InputMask, Filled(1, tokens));
        request.Inputs.Add(PredictSignature.SegmentIds, Filled(0, tokens));
        request.OutputFilter.AddRange(outputs.ToArray());
        return request;
    }

    private static TensorProto Filled(int value, int tokens)
    {
        var values = new int[tokens];
        Array.Fill(values, value);
        return TensorWriter.Of(values, TensorEncoding.Content, 1, tokens);
    }
}
