using Moodstream.Contracts;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Client;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.Classifier.Inference;

/// <summary>A model behind TensorFlow Serving's API.</summary>
/// <remarks>
/// The signature is read before the first batch, and again when a call went wrong: the server may have gone on to a
/// model with another one. A refusal for an old signature's sake is no post's: who asks again is asked by the new one.
/// </remarks>
internal sealed class ServingInference(TensorFlowServingClient client, string model, string signature, int maxTokens)
    : IInference
{
    // Read and written whole; two calls that read it at once read the same.
    private volatile ClassifierSignature? _signature;

    /// <inheritdoc />
    public async Task<InferenceAnswer> InferAsync(InferenceBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            var known = _signature ??= await ReadSignatureAsync(cancellationToken);
            return await PredictAsync(known, batch, cancellationToken);
        }
        catch (Exception exception) when (ServingFailures.Describe(exception) is { } trouble)
        {
            _signature = trouble.IsTooLarge ? _signature : null;
            throw trouble;
        }
    }

    /// <inheritdoc />
    public void Dispose() => client.Dispose();

    private async Task<InferenceAnswer> PredictAsync(
        ClassifierSignature known, InferenceBatch batch, CancellationToken cancellationToken)
    {
        var request = known.CreateRequest(new ModelSpec { Name = model }, batch.TokenIds.Span, batch.Lengths.Span);
        try
        {
            var response = await client.PredictAsync(request, cancellationToken);
            known.ReadProbabilities(response, batch.Lengths.Length, batch.ProbabilitiesBC.Span);
            return InferenceAnswer.Scored(VersionOf(response));
        }
        catch (RpcException exception) when (ServingFailures.BlamesTheRequest(exception.Code))
        {
            _signature = null;
            return InferenceAnswer.Refused(ServingFailures.Text(exception));
        }
    }

    private async Task<ClassifierSignature> ReadSignatureAsync(CancellationToken cancellationToken)
    {
        ClassifierSignature found;
        try
        {
            var signatures = await client.GetModelMetadataAsync(new ModelSpec { Name = model }, cancellationToken);
            found = ClassifierSignature.Find(signatures, signature);
        }
        catch (RpcException exception) when (exception.Code is StatusCode.Unimplemented)
        {
            return ClassifierSignature.Own(signature);
        }

        return found.Length is not { } length || length >= maxTokens
            ? found
            : throw new UnusableSignatureException(
                $"signature {signature}: expected sequences of {maxTokens} ids, as many as a post may have, "
                + $"got a signature of {length}");
    }

    // Results are named after the version that made them, which only the reply knows.
    private ModelVersion VersionOf(PredictResponse response) =>
        response.ModelSpec?.Version is { } version
            ? new ModelVersion(response.ModelSpec.Name is { Length: > 0 } name ? name : model, version)
            : throw new UnexpectedReplyException("expected the version that answered in model_spec, got none");
}
