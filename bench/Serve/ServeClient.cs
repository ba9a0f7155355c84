using Moodstream.Bench.Scoring;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.Bench.Serve;

/// <summary>A client of TensorFlow Serving's gRPC: requests made before the clock starts, answers checked.</summary>
internal sealed class ServeClient(Uri address, int classes) : IDisposable
{
    private static readonly RpcCallOptions Call = new() { Timeout = TimeSpan.FromSeconds(60) };

    private readonly RpcChannel _channel = new(address);

    /// <summary>The request for some posts, padded as a client of TensorFlow Serving has to.</summary>
    /// <param name="posts">Token ids of each.</param>
    /// <param name="length">Ids of each row; null for those of the longest.</param>
    public static PredictRequest Request(IReadOnlyList<int[]> posts, int? length = null)
    {
        var columns = length ?? posts.Max(p => p.Length);
        var ids = new int[posts.Count * columns];
        var mask = new int[ids.Length];
        for (var row = 0; row < posts.Count; row++)
        {
            posts[row].CopyTo(ids, row * columns);
            mask.AsSpan(row * columns, posts[row].Length).Fill(1);
        }

        return new PredictRequest
        {
            ModelSpec = new ModelSpec { Name = "bert", SignatureName = PredictSignature.Default },
            Inputs =
            {
                [PredictSignature.InputIds] = TensorWriter.Of(ids, TensorEncoding.Content, posts.Count, columns),
                [PredictSignature.InputMask] = TensorWriter.Of(mask, TensorEncoding.Content, posts.Count, columns),
                [PredictSignature.SegmentIds] = TensorWriter.Of(new int[ids.Length], TensorEncoding.Content, posts.Count, columns),
            },
            OutputFilter = { PredictSignature.Logits },
        };
    }

    /// <summary>Asks, and gives the logits and the version that made them.</summary>
    public async Task<(float[] LogitsBC, long Version)> AskAsync(PredictRequest request, CancellationToken cancellationToken)
    {
        var response = await _channel.CallAsync(TensorFlowServingMethods.Predict, request, Call, cancellationToken);
        var tensor = response.Outputs[PredictSignature.Logits];
        var logits = new float[TensorShape.Of(tensor).Elements];
        TensorReader.Copy<float>(tensor, logits);
        return (logits, response.ModelSpec.Version ?? 0);
    }

    /// <summary>Asks, and holds the answer against the engine's own.</summary>
    /// <param name="work">The request and its answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AskAndCheckAsync(ServeWork work, CancellationToken cancellationToken)
    {
        var (logits, _) = await AskAsync(work.Request, cancellationToken);
        Goldens.Check("serve", work.Answers.AsSpan(work.First * classes, work.Posts * classes), logits);
    }

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();
}
