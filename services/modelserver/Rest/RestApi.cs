using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Moodstream.ModelServer.Predict;
using Moodstream.ModelServer.Versions;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Rest;

/// <summary>
/// The REST API: translates JSON into the messages of gRPC and back, so that checks, answers and errors are those of
/// <see cref="Predictor"/>, whichever way a request comes in.
/// </summary>
internal sealed class RestApi(
    Predictor predictor, ModelCatalog catalog, RequestMeter meter, IOptions<ModelServerOptions> options, IOptions<RpcServerOptions> rpc)
{
    private const string EntryPoint = "REST";
    private const int FirstBytes = 1024;

    private readonly ModelServerOptions _options = options.Value;

    /// <summary>Answers a request to any path below <c>/v1</c>.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        var json = new ArrayBufferWriter<byte>(FirstBytes);
        try
        {
            await AnswerAsync(http, json);
        }
        catch (RpcException exception)
        {
            WriteError(http, HttpStatuses.Of(exception.Code), exception.Detail, json);
        }
        catch (BadHttpRequestException exception)
        {
            WriteError(http, exception.StatusCode, exception.Message, json);
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or IOException && http.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is left to answer
        }

        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.WrittenCount;
        await http.Response.Body.WriteAsync(json.WrittenMemory, http.RequestAborted);
    }

    private async Task AnswerAsync(HttpContext http, ArrayBufferWriter<byte> json)
    {
        var route = RouteOf(http);
        switch (route.Operation)
        {
            case RestOperation.Status:
                ModelAnswer.Write(await LookAsync(http, "GetModelStatus", () => StatusOf(route)), json);
                break;
            case RestOperation.Metadata:
                ModelAnswer.Write(await LookAsync(http, "GetModelMetadata", () => MetadataOf(route)), json);
                break;
            case RestOperation.Predict:
                await PredictAsync(http, route, json);
                break;
            case RestOperation.Classify:
                throw await LookAsync(http, "Classify", () => NoMethod(route, "classification", "classify"));
            case RestOperation.Regress:
                throw await LookAsync(http, "Regress", () => NoMethod(route, "regression", "regress"));
        }
    }

    private static RestRoute RouteOf(HttpContext http)
    {
        var path = PathOf(http);
        var malformed = $"Malformed request: {http.Request.Method} {path}";
        var route = RestRoute.Parse(path) ?? throw new BadHttpRequestException(malformed);
        if (route.Method != (HttpMethods.IsHead(http.Request.Method) ? HttpMethods.Get : http.Request.Method))
        {
            throw new BadHttpRequestException(malformed);
        }

        return route.Name.Length > 0 ? route : throw JsonErrors.Invalid("Missing model name in request.");
    }

    private async Task PredictAsync(HttpContext http, RestRoute route, ArrayBufferWriter<byte> json)
    {
        var aborted = http.RequestAborted;
        var isRowForm = false;
        using var share = rpc.Value.Budget.Open();
        using var body = await RequestBody.ReadAsync(http.Request, _options.MaxRequestBytes, share, aborted);
        var response = await meter.MeasureAsync(
            "Predict",
            EntryPoint,
            () =>
            {
                var request = RequestOf(route, body.Bytes, out isRowForm);
                body.Dispose(); // what was read may wait for the model for long
                return predictor.PredictAsync(request, aborted);
            },
            aborted);
        PredictAnswer.Write(response.Outputs, isRowForm, json);
    }

    private PredictRequest RequestOf(RestRoute route, ReadOnlySpan<byte> json, out bool isRowForm)
    {
        var body = PredictBody.Parse(json);
        isRowForm = body.IsRowForm;
        var request = new PredictRequest { ModelSpec = route.ToSpec(body.SignatureName) };
        var inputs = SignatureOf(request.ModelSpec).Inputs;
        request.Inputs.Add(isRowForm
            ? InstancesReader.Read(body.Tensors, inputs, _options.Queue)
            : InputsReader.Read(body.Tensors, inputs, _options.Queue));
        return request;
    }

    private SignatureDef SignatureOf(ModelSpec spec)
    {
        var name = spec.SignatureName.Length == 0 ? PredictSignature.Default : spec.SignatureName;
        var version = catalog.Use(spec);
        try
        {
            // By REST in other words, and with another code, than by gRPC.
            return version.Signatures.TryGetValue(name, out var signature)
                ? signature.Definition
                : throw JsonErrors.Invalid($"Serving signature name: \"{name}\" not found in signature def");
        }
        finally
        {
            version.Release();
        }
    }

    private GetModelStatusResponse StatusOf(RestRoute route) =>
        predictor.GetStatus(new GetModelStatusRequest { ModelSpec = route.ToSpec() });

    private GetModelMetadataResponse MetadataOf(RestRoute route) => predictor.GetMetadata(
        new GetModelMetadataRequest { ModelSpec = route.ToSpec(), MetadataField = { PredictSignature.MetadataField } });

    private RpcException NoMethod(RestRoute route, string kind, string method) => throw JsonErrors.Invalid(
        $"Expected {kind} signature method_name to be tensorflow/serving/{method}. "
        + $"Was: {SignatureOf(route.ToSpec()).MethodName}; every signature here is run by :predict");

    private Task<T> LookAsync<T>(HttpContext http, string method, Func<T> answer) =>
        meter.MeasureAsync(method, EntryPoint, () => Task.FromResult(answer()), http.RequestAborted);

    // As it was sent: a decoded name may hold what ends a name.
    private static string PathOf(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = target.AsSpan(0, target.AsSpan().IndexOf('?') is var query and >= 0 ? query : target.Length);
        return path.StartsWith('/') ? path.ToString()
            : Uri.TryCreate(path.ToString(), UriKind.Absolute, out var uri) ? uri.AbsolutePath
            : http.Request.Path.ToUriComponent();
    }

    private static void WriteError(HttpContext http, int status, string message, ArrayBufferWriter<byte> json)
    {
        http.Response.StatusCode = status;
        json.ResetWrittenCount();
        RestJson.WriteError(message, json);
    }
}
