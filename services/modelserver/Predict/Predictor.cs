using Google.Protobuf.WellKnownTypes;
using Moodstream.ModelServer.Batching;
using Moodstream.ModelServer.Versions;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Predict;

/// <summary>Answers the calls of PredictionService and ModelService, whichever way they came in.</summary>
/// <remarks>Errors are <see cref="RpcException"/>, with the codes and words of TensorFlow Serving, before any work is queued.</remarks>
internal sealed class Predictor(ModelCatalog catalog, ModelServerMetrics metrics, TimeProvider time)
{
    /// <summary>Runs the model on a request's sequences.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="cancellationToken">Whoever asked has left, or can wait no longer: what is not computed yet is dropped.</param>
    public async Task<PredictResponse> PredictAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        var version = catalog.Use(request.ModelSpec);
        try
        {
            var signature = SignatureOf(version, request.ModelSpec.SignatureName);
            var sequences = signature.Read(request.Inputs, cancellationToken);
            var outputs = signature.OutputsOf(request.OutputFilter);
            var logitsBC = await ScoreAsync(version, sequences, cancellationToken);
            var response = new PredictResponse { ModelSpec = Resolved(version, signature.Name) };
            foreach (var alias in outputs)
            {
                response.Outputs.Add(alias, signature.Write(alias, logitsBC, sequences.Count));
            }

            return response;
        }
        finally
        {
            version.Release();
        }
    }

    /// <summary>Says what signatures a version has.</summary>
    public GetModelMetadataResponse GetMetadata(GetModelMetadataRequest request)
    {
        if (request.ModelSpec is not null && request.MetadataField.Count == 0)
        {
            throw new RpcException(
                StatusCode.InvalidArgument, "GetModelMetadataRequest must specify at least one metadata_field");
        }

        if (request.MetadataField.FirstOrDefault(f => f != PredictSignature.MetadataField) is { } other)
        {
            throw new RpcException(StatusCode.InvalidArgument, $"Metadata field {other} is not supported");
        }

        var version = catalog.Use(request.ModelSpec);
        try
        {
            var signatures = new SignatureDefMap();
            foreach (var signature in version.Signatures.Values)
            {
                signatures.SignatureDef.Add(signature.Name, signature.Definition);
            }

            var response = new GetModelMetadataResponse { ModelSpec = Resolved(version, signature: "") };
            response.Metadata.Add(PredictSignature.MetadataField, Any.Pack(signatures));
            return response;
        }
        finally
        {
            version.Release();
        }
    }

    /// <summary>Says where versions are.</summary>
    public GetModelStatusResponse GetStatus(GetModelStatusRequest request)
    {
        var response = new GetModelStatusResponse();
        response.ModelVersionStatus.Add(catalog.States(request.ModelSpec).Select(s => s.ToMessage()));
        return response;
    }

    private async Task<float[]> ScoreAsync(
        ServedVersion version, TokenSequences sequences, CancellationToken cancellationToken)
    {
        if (sequences.Count == 0)
        {
            return [];
        }

        var job = new ScoreJob(sequences, version.Model.Labels.Count, time.GetTimestamp(), cancellationToken);
        if (!version.Queue.TryAdd(job))
        {
            throw new RpcException(
                StatusCode.Unavailable,
                "The batch scheduling queue to which this task was submitted is full; "
                + $"of at most {version.Queue.Capacity} sequences {version.Queue.Sequences} wait");
        }

        metrics.Accepted(sequences.Count);
        await job.Scored.WaitAsync(cancellationToken);
        foreach (var logit in job.LogitsBC)
        {
            if (!float.IsFinite(logit))
            {
                throw new RpcException(StatusCode.Internal, $"the model gave the logit {logit}");
            }
        }

        return job.LogitsBC;
    }

    private static ServingSignature SignatureOf(ServedVersion version, string name) =>
        version.Signatures.TryGetValue(name.Length == 0 ? PredictSignature.Default : name, out var signature)
            ? signature
            : throw new RpcException(StatusCode.FailedPrecondition, $"Serving signature key \"{name}\" not found.");

    private ModelSpec Resolved(ServedVersion version, string signature) =>
        new() { Name = catalog.ModelName, Version = version.Version, SignatureName = signature };
}
