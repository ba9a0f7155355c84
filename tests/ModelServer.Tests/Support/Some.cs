using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Tests.Support;

/// <summary>Requests of which a test states only what matters to it.</summary>
internal static class Some
{
    /// <summary>A request of the goldens.</summary>
    public static PredictRequest Golden(string name) =>
        PredictRequest.Parser.ParseFrom(WireGolden.Find("predict_request.json", name).Bytes);

    /// <summary>Rows of the same length, each of its own ids, without padding.</summary>
    public static PredictRequest Request(int sequences, int length, string signature = "") =>
        Request([.. Enumerable.Range(0, sequences * length).Select(i => 5 + (i * 7 % 90))], sequences, length, signature);

    /// <summary>These ids, nothing masked, one segment.</summary>
    public static PredictRequest Request(int[] idsBT, int sequences, int length, string signature = "")
    {
        var ones = new int[idsBT.Length];
        Array.Fill(ones, 1);
        return Request(idsBT, ones, new int[idsBT.Length], sequences, length, signature);
    }

    public static PredictRequest Request(
        int[] idsBT, int[] maskBT, int[] segmentsBT, int sequences, int length, string signature = "") => new()
        {
            ModelSpec = new ModelSpec { Name = "bert", SignatureName = signature },
            Inputs =
            {
                [PredictSignature.InputIds] = TensorWriter.Of(idsBT, TensorEncoding.Content, sequences, length),
                [PredictSignature.InputMask] = TensorWriter.Of(maskBT, TensorEncoding.Content, sequences, length),
                [PredictSignature.SegmentIds] = TensorWriter.Of(segmentsBT, TensorEncoding.Content, sequences, length),
            },
        };

    /// <summary>The numbers of an output.</summary>
    public static float[] Numbers(this PredictResponse response, string alias)
    {
        var tensor = response.Outputs[alias];
        var values = new float[TensorShape.Of(tensor).Elements];
        TensorReader.Copy<float>(tensor, values);
        return values;
    }
}
