using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.Tests.Cluster;

/// <summary>
/// A model behind TensorFlow Serving's API that computes nothing: it takes its time for each post, one call at a time,
/// refuses a batch that holds poison, and is away or slow when told to.
/// </summary>
public sealed class SimulatedModel : IAsyncDisposable
{
    private const int Labels = 3;

    private readonly WebApplication _app;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly int[] _poison;
    private long _refused;

    private SimulatedModel(WebApplication app, int[] poison)
    {
        _app = app;
        _poison = poison;
    }

    /// <summary>How long one post takes.</summary>
    public TimeSpan PerPost { get; set; }

    /// <summary>Whether every call is answered UNAVAILABLE.</summary>
    public bool IsAway { get; set; }

    /// <summary>Calls answered so.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Where it listens, gRPC over HTTP/2 without TLS.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts one.</summary>
    /// <param name="perPost">How long one post takes.</param>
    /// <param name="poison">Token ids that, in this order, make a post poison; empty for none.</param>
    public static async Task<SimulatedModel> StartAsync(TimeSpan perPost, params int[] poison)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRpc();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenRpc(new IPEndPoint(IPAddress.Loopback, 0)));
        var app = builder.Build();
        var model = new SimulatedModel(app, poison) { PerPost = perPost };
        app.MapRpc(TensorFlowServingMethods.Predict, (request, context) => model.PredictAsync(request, context.CancellationToken));
        app.MapRpcFallback();
        await app.StartAsync();
        return model;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _turn.Dispose();
    }

    private async Task<PredictResponse> PredictAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        if (IsAway)
        {
            Interlocked.Increment(ref _refused);
            throw new RpcException(StatusCode.Unavailable, "the simulated model is away");
        }

        var ids = request.Inputs[PredictSignature.InputIds];
        var (rows, columns) = ((int)ids.TensorShape.Dim[0].Size, (int)ids.TensorShape.Dim[1].Size);
        var tokens = new int[rows * columns];
        TensorReader.Copy(ids, tokens.AsSpan());
        if (_poison.Length > 0 && tokens.AsSpan().IndexOf(_poison) >= 0)
        {
            throw new RpcException(StatusCode.InvalidArgument, "the batch holds poison");
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            await Task.Delay(PerPost * rows, TimeProvider.System, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        return new PredictResponse
        {
            ModelSpec = new ModelSpec { Name = request.ModelSpec.Name, Version = 1, SignatureName = request.ModelSpec.SignatureName },
            Outputs = { [PredictSignature.Probabilities] = TensorWriter.Of(Moods(tokens, rows, columns), TensorEncoding.Content, rows, Labels) },
        };
    }

    // The same post, the same mood: a repeat can be compared.
    private static float[] Moods(int[] tokens, int rows, int columns)
    {
        var moods = new float[rows * Labels];
        for (var row = 0; row < rows; row++)
        {
            var sum = 0;
            foreach (var token in tokens.AsSpan(row * columns, columns))
            {
                sum += token;
            }

            var negative = sum % 100 / 200f;
            moods[row * Labels] = negative;
            moods[(row * Labels) + 1] = 0.25f;
            moods[(row * Labels) + 2] = 0.75f - negative;
        }

        return moods;
    }
}
