using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing;

/// <summary>The methods of TensorFlow Serving, for the side that calls and the side that answers.</summary>
public static class TensorFlowServingMethods
{
    private const string PredictionService = "tensorflow.serving.PredictionService";
    private const string ModelService = "tensorflow.serving.ModelService";

    /// <summary>Runs a signature of a model.</summary>
    public static RpcMethod<PredictRequest, PredictResponse> Predict { get; } =
        new(PredictionService, "Predict", PredictRequest.Parser, PredictResponse.Parser);

    /// <summary>Describes a model's signatures.</summary>
    public static RpcMethod<GetModelMetadataRequest, GetModelMetadataResponse> GetModelMetadata { get; } =
        new(PredictionService, "GetModelMetadata", GetModelMetadataRequest.Parser, GetModelMetadataResponse.Parser);

    /// <summary>Lists a model's versions and their states.</summary>
    public static RpcMethod<GetModelStatusRequest, GetModelStatusResponse> GetModelStatus { get; } =
        new(ModelService, "GetModelStatus", GetModelStatusRequest.Parser, GetModelStatusResponse.Parser);
}
