using Moodstream.ModelServer.Predict;
using Moodstream.ModelServer.Versions;
using Moodstream.Rpc;
using Moodstream.Rpc.Health;
using Moodstream.TensorFlowServing;

namespace Moodstream.ModelServer.Rpc;

/// <summary>The gRPC methods: PredictionService, ModelService, health.</summary>
internal static class RpcEndpoints
{
    private const string EntryPoint = "GRPC";

    // Those of TensorFlow Serving (unqualified), those of their protos, and the whole server.
    private static readonly string[] HealthNames =
    [
        "", "PredictionService", "ModelService", "tensorflow.serving.PredictionService", "tensorflow.serving.ModelService",
    ];

    public static void MapRpcEndpoints(this IEndpointRouteBuilder endpoints)
    {
        var predictor = endpoints.ServiceProvider.GetRequiredService<Predictor>();
        var catalog = endpoints.ServiceProvider.GetRequiredService<ModelCatalog>();
        var meter = endpoints.ServiceProvider.GetRequiredService<RequestMeter>();
        endpoints.MapRpc(TensorFlowServingMethods.Predict, (request, context) => meter.MeasureAsync(
            "Predict", EntryPoint, () => predictor.PredictAsync(request, context.CancellationToken),
            context.CancellationToken, () => context.Remaining == TimeSpan.Zero));
        endpoints.MapRpc(TensorFlowServingMethods.GetModelMetadata, (request, context) => meter.MeasureAsync(
            "GetModelMetadata", EntryPoint, () => Task.FromResult(predictor.GetMetadata(request)), context.CancellationToken));
        endpoints.MapRpc(TensorFlowServingMethods.GetModelStatus, (request, context) => meter.MeasureAsync(
            "GetModelStatus", EntryPoint, () => Task.FromResult(predictor.GetStatus(request)), context.CancellationToken));
        endpoints.MapRpcHealth(name => !HealthNames.Contains(name) ? null
            : catalog.Served is null ? HealthCheckResponse.Types.ServingStatus.NotServing
            : HealthCheckResponse.Types.ServingStatus.Serving);
        endpoints.MapRpcFallback();
    }
}
