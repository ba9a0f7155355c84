using System.ComponentModel.DataAnnotations;

namespace Moodstream.Classifier;

/// <summary>How posts are scored.</summary>
internal sealed class ClassifierOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Moodstream:Classifier";

    /// <summary>
    /// Model folder; a relative one is below the working directory. With <see cref="ModelEndpoint"/> only its tokenizer
    /// and labels are read.
    /// </summary>
    /// <value>Default: the bundled model, <c>models/tweet-sentiment/1</c>.</value>
    [Required]
    public string Model { get; init; } = "models/tweet-sentiment/1";

    /// <summary>
    /// Labels of the model's classes, in their order, for a model that names them otherwise or not at all: negative,
    /// neutral and positive in any order. Null: those of <see cref="Model"/>.
    /// </summary>
    /// <value>Default: null.</value>
    public IReadOnlyList<string>? ModelLabels { get; init; }

    /// <summary>
    /// Address of a server that speaks TensorFlow Serving's gRPC API, such as <c>http://localhost:8500</c> (HTTP/2
    /// without TLS) or <c>https://models:8500</c>, to score there. Null: the engine in this process.
    /// </summary>
    /// <value>Default: null.</value>
    /// <remarks>
    /// Of the outputs probabilities, logits and class ids the first there is is asked for. Class ids alone
    /// (<c>predictated_labels</c>) say nothing of how sure the model is: the class gets the probability 1, the others
    /// get 0.
    /// </remarks>
    public Uri? ModelEndpoint { get; init; }

    /// <summary>
    /// App behind the Dapr sidecar whose gRPC port is <see cref="ModelEndpoint"/>, sent as <c>dapr-app-id</c>, together
    /// with the token in <c>DAPR_API_TOKEN</c> where there is one. Without an endpoint it is this app's own sidecar, at
    /// <c>DAPR_GRPC_ENDPOINT</c> or <c>DAPR_GRPC_PORT</c>. Null: no sidecar between.
    /// </summary>
    /// <value>Default: null. Printable ASCII.</value>
    [RegularExpression("[!-~]+", ErrorMessage = "ModelAppId: expected printable ASCII without spaces.")]
    public string? ModelAppId { get; init; }

    /// <summary>Name of the model at <see cref="ModelEndpoint"/>.</summary>
    /// <value>Default: <c>bert</c>.</value>
    [Required]
    public string ModelName { get; init; } = "bert";

    /// <summary>Signature of the model at <see cref="ModelEndpoint"/>.</summary>
    /// <value>Default: <c>serving_default</c>.</value>
    [Required]
    public string ModelSignature { get; init; } = "serving_default";

    /// <summary>Longest that a call of <see cref="ModelEndpoint"/> may take, connecting included.</summary>
    /// <value>Default: 10 s. 0.1 s to 10 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan ModelDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Batches under way at once at <see cref="ModelEndpoint"/>, so that the server computes one while another is on
    /// the wire. The engine in this process computes one at a time.
    /// </summary>
    /// <value>Default: 2. 1 to 16.</value>
    [Range(1, 16)]
    public int ModelCalls { get; init; } = 2;

    /// <summary>Threads that compute in this process; null: as many as there are processors.</summary>
    /// <value>Default: null. 1 to 256.</value>
    [Range(1, 256)]
    public int? Threads { get; init; }

    /// <summary>Most token ids in a batch. At least what one post may have, which is the model's own limit.</summary>
    /// <value>Default: 2048. 2 to 65,536.</value>
    [Range(2, 65_536)]
    public int MaxBatchTokens { get; init; } = 2048;

    /// <summary>
    /// Most posts in a batch. By default <see cref="Concurrency"/> is shared out among the batches under way, two at
    /// least: while one is computed another one's worth of deliveries gathers.
    /// </summary>
    /// <value>Default: null, which makes 64. 1 to 4096.</value>
    [Range(1, 4096)]
    public int? MaxBatchPosts { get; init; }

    /// <summary>Posts under way at once, from delivery to answer.</summary>
    /// <value>Default: 128. 1 to 4096.</value>
    [Range(1, 4096)]
    public int Concurrency { get; init; } = 128;

    /// <summary>Most posts in a batch.</summary>
    /// <param name="calls">Batches under way at once.</param>
    public int BatchPosts(int calls) => MaxBatchPosts ?? Math.Max(1, Concurrency / Math.Max(2, calls));
}
