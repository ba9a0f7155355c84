using System.Net;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Tests.Client;

/// <summary>A TensorFlow Serving on a socket of its own that does what the test says; a good model unless told otherwise.</summary>
internal sealed class ServingDouble : IAsyncDisposable
{
    public const int Classes = 3;

    private readonly WebApplication _app;

    private ServingDouble(WebApplication app) => _app = app;

    public Uri Address => new(
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>The version that answers.</summary>
    public long Version { get; set; } = 7;

    /// <summary>The signatures of the model; null answers UNIMPLEMENTED.</summary>
    public SignatureDefMap? Signatures { get; set; } = new() { SignatureDef = { [PredictSignature.Default] = Signature() } };

    /// <summary>Thrown for every call of any method, where there is one.</summary>
    public RpcException? Outage { get; set; }

    /// <summary>Makes the answer to a batch.</summary>
    public Func<PredictRequest, RpcContext, Task<PredictResponse>> Predict { get; set; } =
        (request, _) => Task.FromResult(Answer(request));

    /// <summary>Batches that were asked for.</summary>
    public Recorded<PredictRequest> Requests { get; } = new();

    /// <summary>Calls of GetModelMetadata.</summary>
    public Recorded<GetModelMetadataRequest> SignatureRequests { get; } = new();

    /// <summary>Headers of every call.</summary>
    public Recorded<RpcMetadata> Headers { get; } = new();

    /// <param name="port">0 for any.</param>
    /// <param name="mostBytes">Longest request taken.</param>
    public static async Task<ServingDouble> StartAsync(int port = 0, int mostBytes = 4 * 1024 * 1024)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.Services.AddRpc(options => options.MaxReceiveBytes = mostBytes);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenRpc(new IPEndPoint(IPAddress.Loopback, port)));
        var app = builder.Build();
        var serving = new ServingDouble(app);
        app.UseRouting();
        app.MapRpc(TensorFlowServingMethods.Predict, serving.PredictAsync);
        app.MapRpc(TensorFlowServingMethods.GetModelMetadata, serving.GetModelMetadataAsync);
        app.MapRpc(TensorFlowServingMethods.GetModelStatus, serving.GetModelStatusAsync);
        app.MapRpcFallback();
        await app.StartAsync().DefaultTimeout();
        return serving;
    }

    /// <summary>A signature as ours, or with other names, types and shapes.</summary>
    public static SignatureDef Signature(
        string inputs = "input_ids,input_mask,segment_ids",
        string outputs = "probabilities:float,logits:float,predictated_labels:int32",
        DataType type = DataType.DtInt32,
        int length = -1)
    {
        var signature = new SignatureDef { MethodName = PredictSignature.MethodName };
        foreach (var input in inputs.Split(','))
        {
            signature.Inputs.Add(input, Info(type, -1, length));
        }

        foreach (var output in outputs.Split(','))
        {
            var (name, dtype) = (output.Split(':')[0], output.Split(':')[1]);
            signature.Outputs.Add(name, dtype.StartsWith("int", StringComparison.Ordinal)
                ? Info(TypeOf(dtype), -1)
                : Info(TypeOf(dtype), -1, Classes));
        }

        return signature;
    }

    /// <summary>A good answer: the most probable class of a sequence is the rest of its number of ids by three.</summary>
    public static PredictResponse Answer(PredictRequest request)
    {
        var lengths = Lengths(request);
        var probabilities = lengths.SelectMany(Row).ToArray();
        return new PredictResponse
        {
            ModelSpec = new ModelSpec { Name = request.ModelSpec.Name, SignatureName = PredictSignature.Default },
            Outputs =
            {
                [PredictSignature.Probabilities] = TensorWriter.Of(probabilities, TensorEncoding.TypedList, lengths.Length, Classes),
                [PredictSignature.Logits] = TensorWriter.Of(
                    [.. probabilities.Select(p => MathF.Log(p) + 5)], TensorEncoding.Content, lengths.Length, Classes),
                [PredictSignature.PredictedLabels] = TensorWriter.Of(
                    [.. lengths.Select(l => l % Classes)], TensorEncoding.TypedList, lengths.Length),
            },
        };
    }

    /// <summary>The probabilities of a sequence of so many ids.</summary>
    public static float[] Row(int length)
    {
        float[] row = [0.1f, 0.2f, 0.2f];
        row[length % Classes] += 0.5f;
        return row;
    }

    /// <summary>Ids of each sequence: the sums of the mask's rows.</summary>
    public static int[] Lengths(PredictRequest request)
    {
        var mask = request.Inputs.Single(i => i.Key.EndsWith("mask", StringComparison.Ordinal)).Value;
        var shape = TensorShape.Of(mask);
        var values = new int[shape.Elements];
        TensorReader.Copy(mask, values);
        return [.. values.Chunk((int)shape[1]).Select(row => row.Sum())];
    }

    /// <summary>The ids of each sequence, without padding.</summary>
    public static int[][] Ids(PredictRequest request)
    {
        var tensor = request.Inputs[PredictSignature.InputIds];
        var ids = new int[TensorShape.Of(tensor).Elements];
        TensorReader.Copy(tensor, ids);
        return [.. ids.Chunk((int)TensorShape.Of(tensor)[1]).Zip(Lengths(request), (row, length) => row[..length])];
    }

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static TensorInfo Info(DataType type, params long[] shape) => new()
    {
        Name = "tensor:0",
        Dtype = type,
        TensorShape = new TensorShapeProto { Dim = { shape.Select(size => new TensorShapeProto.Types.Dim { Size = size }) } },
    };

    private static DataType TypeOf(string name) => System.Enum.Parse<DataType>($"Dt{name}", ignoreCase: true);

    private async Task<PredictResponse> PredictAsync(PredictRequest request, RpcContext context)
    {
        Record(context);
        Requests.Add(request);
        var response = await Predict(request, context);
        if (response.ModelSpec is { VersionChoiceCase: ModelSpec.VersionChoiceOneofCase.None } model)
        {
            model.Version = Version;
        }

        foreach (var unasked in response.Outputs.Keys.Except(request.OutputFilter).ToArray())
        {
            response.Outputs.Remove(unasked);
        }

        return response;
    }

    private Task<GetModelMetadataResponse> GetModelMetadataAsync(GetModelMetadataRequest request, RpcContext context)
    {
        Record(context);
        SignatureRequests.Add(request);
        var signatures = Signatures ?? throw new RpcException(StatusCode.Unimplemented, "");
        return Task.FromResult(new GetModelMetadataResponse
        {
            ModelSpec = new ModelSpec { Name = request.ModelSpec.Name, Version = Version },
            Metadata = { [PredictSignature.MetadataField] = Any.Pack(signatures) },
        });
    }

    private Task<GetModelStatusResponse> GetModelStatusAsync(GetModelStatusRequest request, RpcContext context)
    {
        Record(context);
        var status = new ModelVersionStatus { Version = Version, State = ModelVersionStatus.Types.State.Available };
        return Task.FromResult(new GetModelStatusResponse { ModelVersionStatus = { status } });
    }

    private void Record(RpcContext context)
    {
        Headers.Add(context.RequestMetadata);
        if (Outage is { } outage)
        {
            throw outage;
        }
    }
}
