using System.ComponentModel.DataAnnotations;

namespace Moodstream.ModelServer;

/// <summary>What is served, where, and how much may wait.</summary>
internal sealed class ModelServerOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Moodstream:ModelServer";

    /// <summary>Name by which requests ask for the model.</summary>
    /// <value>Default: <c>bert</c>.</value>
    [Required]
    [RegularExpression("[^/:]+", ErrorMessage = "The field ModelName must hold no '/' and no ':', which end a name in a REST path.")]
    public string ModelName { get; init; } = "bert";

    /// <summary>
    /// Folder of numbered version folders, the highest of which is served; or a plain model folder, served as version
    /// 1. A relative one is below the working directory.
    /// </summary>
    /// <value>Default: the bundled model, <c>models/tweet-sentiment</c>.</value>
    [Required]
    public string ModelBase { get; init; } = "models/tweet-sentiment";

    /// <summary>How often the base folder is looked at for new versions.</summary>
    /// <value>Default: 1 s. 0.1 s to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Address to listen on: an IP address, <c>localhost</c>, or <c>*</c> for every address.</summary>
    /// <value>Default: 127.0.0.1, this machine only.</value>
    [Required]
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Port of gRPC, as cleartext HTTP/2; 0: any free one.</summary>
    /// <value>Default: 8500. 0 to 65,535.</value>
    [Range(0, 65_535)]
    public int GrpcPort { get; init; } = 8500;

    /// <summary>Port of REST, health and metrics; 0: any free one.</summary>
    /// <value>Default: 8501. 0 to 65,535.</value>
    [Range(0, 65_535)]
    public int RestPort { get; init; } = 8501;

    /// <summary>Threads that compute; null: as many as there are processors.</summary>
    /// <value>Default: null. 1 to 256.</value>
    [Range(1, 256)]
    public int? Threads { get; init; }

    /// <summary>
    /// Most token ids of a batch, which one thread computes, padding not counted; a single longer sequence goes alone.
    /// From some 256 ids on, larger batches compute no faster, and whoever comes next waits longer.
    /// </summary>
    /// <value>Default: 512. 16 to 65,536.</value>
    [Range(16, 65_536)]
    public int MaxBatchTokens { get; init; } = 512;

    /// <summary>Most sequences that wait for the model; a request that finds no room is answered UNAVAILABLE.</summary>
    /// <value>Default: 4096. 1 to 1,048,576.</value>
    [Range(1, 1_048_576)]
    public int Queue { get; init; } = 4096;

    /// <summary>Most bytes of a request, by gRPC (after decompression) and by REST.</summary>
    /// <value>Default: 16 MiB. 1 KiB to 1 GiB.</value>
    [Range(1024, 1 << 30)]
    public int MaxRequestBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most bytes of all requests in hand together; one that finds no room is answered UNAVAILABLE (by REST 503).</summary>
    /// <value>Default: 256 MiB. 1 KiB to 64 GiB, and at least <see cref="MaxRequestBytes"/>.</value>
    [Range(1024L, 64L << 30)]
    public long MaxBytesInHand { get; init; } = 256L * 1024 * 1024;

    /// <summary>Most connections on each of the two ports; more are closed at once.</summary>
    /// <value>Default: 1024. 1 to 1,048,576.</value>
    [Range(1, 1_048_576)]
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Answer numbers as <c>tensor_content</c> instead of typed lists; clients that read only the lists cannot read it.</summary>
    /// <value>Default: false.</value>
    public bool TensorContent { get; init; }

    /// <summary>How long a request that a stopping server has in hand may take.</summary>
    /// <value>Default: 15 s. 0 to 1 h.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
