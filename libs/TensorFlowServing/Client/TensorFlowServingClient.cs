using Google.Protobuf;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Client;

/// <summary>
/// Calls TensorFlow Serving, or a server that speaks as it does, by gRPC. Safe for concurrent use; connects at the
/// first call and again whenever the connection was lost.
/// </summary>
/// <remarks>
/// Every method throws <see cref="RpcException"/> where the server answers with an error, cannot be reached, or does
/// not answer before the deadline; nothing is asked twice.
/// </remarks>
public sealed class TensorFlowServingClient : IDisposable
{
    private const string AppIdKey = "dapr-app-id";
    private const string ApiTokenKey = "dapr-api-token";

    private readonly RpcChannel _channel;
    private readonly RpcCallOptions _call;

    /// <summary>Makes a client; connects to nothing yet.</summary>
    /// <exception cref="ArgumentException">
    /// The address is not <c>http://host:port</c> or <c>https://host:port</c>, or app or token is not printable ASCII.
    /// </exception>
    public TensorFlowServingClient(TensorFlowServingClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _call = new RpcCallOptions { Timeout = options.Deadline, Metadata = MetadataOf(options) };
        _channel = new RpcChannel(options.Address, new RpcChannelOptions { TimeProvider = options.TimeProvider });
    }

    /// <summary>Runs a signature of a model.</summary>
    /// <param name="request">Model, signature and inputs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">There is no answer, or the answer is an error.</exception>
    public Task<PredictResponse> PredictAsync(PredictRequest request, CancellationToken cancellationToken) =>
        _channel.CallAsync(TensorFlowServingMethods.Predict, request, _call, cancellationToken);

    /// <summary>Reads a model's signatures.</summary>
    /// <param name="model">Name, and version where it matters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Each signature by its name.</returns>
    /// <exception cref="RpcException">There is no answer, or the answer is an error.</exception>
    /// <exception cref="UnexpectedReplyException">The answer holds no signatures.</exception>
    public async Task<IReadOnlyDictionary<string, SignatureDef>> GetModelMetadataAsync(
        ModelSpec model, CancellationToken cancellationToken)
    {
        var request = new GetModelMetadataRequest
        {
            ModelSpec = model,
            MetadataField = { PredictSignature.MetadataField },
        };
        var response = await _channel.CallAsync(
            TensorFlowServingMethods.GetModelMetadata, request, _call, cancellationToken);
        return ReadSignatures(response);
    }

    /// <summary>Asks which versions of a model there are.</summary>
    /// <param name="model">Name, and version where only that one is meant.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">There is no answer, or the answer is an error.</exception>
    public Task<GetModelStatusResponse> GetModelStatusAsync(ModelSpec model, CancellationToken cancellationToken) =>
        _channel.CallAsync(
            TensorFlowServingMethods.GetModelStatus,
            new GetModelStatusRequest { ModelSpec = model },
            _call,
            cancellationToken);

    /// <summary>Closes the connection; calls under way run to their end.</summary>
    public void Dispose() => _channel.Dispose();

    internal static IReadOnlyDictionary<string, SignatureDef> ReadSignatures(GetModelMetadataResponse response)
    {
        if (!response.Metadata.TryGetValue(PredictSignature.MetadataField, out var packed))
        {
            throw new UnexpectedReplyException(
                $"expected the metadata {PredictSignature.MetadataField}, "
                + $"got '{string.Join(", ", response.Metadata.Keys)}'");
        }

        // The part before the last '/' is a host that any writer may choose (google/protobuf/any.proto).
        var type = packed.TypeUrl[(packed.TypeUrl.LastIndexOf('/') + 1)..];
        if (type != SignatureDefMap.Descriptor.FullName)
        {
            throw new UnexpectedReplyException(
                $"expected metadata of the type {SignatureDefMap.Descriptor.FullName}, got '{packed.TypeUrl}'");
        }

        try
        {
            return SignatureDefMap.Parser.ParseFrom(packed.Value).SignatureDef;
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new UnexpectedReplyException($"expected a {type}, got bytes that are none: {exception.Message}");
        }
    }

    private static RpcMetadata? MetadataOf(TensorFlowServingClientOptions options)
    {
        if (options.AppId is null && options.ApiToken is null)
        {
            return null;
        }

        var metadata = new RpcMetadata();
        if (options.AppId is { } appId)
        {
            metadata.Add(AppIdKey, appId);
        }

        if (options.ApiToken is { } token)
        {
            metadata.Add(ApiTokenKey, token);
        }

        return metadata;
    }
}
