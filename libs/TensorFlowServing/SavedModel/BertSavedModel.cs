using Moodstream.Bert;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>
/// A BERT classifier as a frozen TensorFlow SavedModel, which <c>tensorflow/serving</c> loads: one saved_model.pb
/// with the weights in it, and the requests that warm it up. The same checkpoint and options give the same bytes.
/// </summary>
/// <remarks>Not for concurrent use: writing reads the checkpoint.</remarks>
public sealed class BertSavedModel
{
    /// <summary>Name of the model's file in its version folder.</summary>
    public const string ModelFile = "saved_model.pb";

    /// <summary>Place of the warm-up requests in the version folder.</summary>
    public static readonly string WarmUpFile = Path.Combine("assets.extra", "tf_serving_warmup_requests");

    /// <summary>Bytes of the greatest message that protobuf reads.</summary>
    private const long MostBytes = int.MaxValue;

    private const int FileBufferBytes = 1 << 16;

    private readonly SavedModelFile _file;
    private readonly List<PredictRequest> _warmUp;

    /// <summary>Lays the model out; writes nothing and reads no weights yet.</summary>
    /// <param name="checkpoint">The model; it must stay open until the SavedModel is written.</param>
    /// <param name="options">How it is exported.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fixed length is not 1 to the model's positions.</exception>
    /// <exception cref="ModelFormatException">The file would be greater than protobuf's 2 GiB.</exception>
    public BertSavedModel(BertCheckpoint checkpoint, BertSavedModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(options);
        var config = checkpoint.Config;
        if (options.FixedLength is { } columns)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1, nameof(options));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, config.MaxPositions, nameof(options));
        }

        var nodes = BertGraph.Build(checkpoint, options.FixedLength, options.HalfPrecision);
        var signature = PredictSignature.Define(config.Labels.Count, options.FixedLength);
        _file = new SavedModelFile(nodes, Signatures.ToDictionary(name => name, _ => signature));
        _warmUp = [.. WarmUp.Requests(checkpoint.Name, options.FixedLength, config.MaxPositions)];
        if (_file.Length > MostBytes)
        {
            throw new ModelFormatException(
                checkpoint.Folder, ModelFile, $"at most {MostBytes:N0} bytes, protobuf's limit for a message",
                $"{_file.Length:N0}");
        }

        Nodes = nodes.Count;
        var matrices = nodes.Where(n => n.Weight?.Tensor.Shape.Count > 1).ToList();
        Matrices = matrices.Count;
        HalfMatrices = matrices.Count(n => n.Weight!.Type == DataType.DtHalf); // chosen for their weight
    }

    /// <summary>
    /// The signatures' names, under which the same inputs and outputs are found (<see cref="PredictSignature"/>).
    /// </summary>
    public static IReadOnlyList<string> Signatures { get; } =
        [PredictSignature.Bert, PredictSignature.Default];

    /// <summary>Bytes of saved_model.pb.</summary>
    public long Length => _file.Length;

    /// <summary>Nodes of the graph.</summary>
    public int Nodes { get; }

    /// <summary>Weights of linear layers and embeddings.</summary>
    public int Matrices { get; }

    /// <summary>
    /// How many of <see cref="Matrices"/> are stored in half precision; the others are in single precision.
    /// </summary>
    public int HalfMatrices { get; }

    /// <summary>Writes the version folder: whole, or not at all.</summary>
    /// <param name="folder">
    /// The version folder; for <c>tensorflow/serving</c> its name must be a number. It is created, or the two files
    /// in it are replaced.
    /// </param>
    /// <param name="overwrite">Whether a SavedModel that is there already may be replaced.</param>
    /// <param name="progress">Is told, on this thread, how many bytes of saved_model.pb are written.</param>
    /// <param name="cancellationToken">Stops it; the folder is then as it was before.</param>
    /// <exception cref="IOException">
    /// There is a SavedModel already, or a file cannot be read or written.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    /// <exception cref="ModelFormatException">
    /// A weight is infinite, or NaN, or too great for half precision, or the checkpoint was cut short.
    /// </exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <remarks>
    /// Until it is whole it is called <paramref name="folder"/> + <c>.partial</c>, which no server takes for a
    /// version; what an interrupted run left there is removed. Memory does not grow with the model.
    /// </remarks>
    public void Write(
        string folder,
        bool overwrite = false,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        RequireFree(target, overwrite);
        var partial = target + ".partial";
        DeleteFolder(partial);
        try
        {
            WriteFiles(partial, progress, cancellationToken);
            RequireFree(target, overwrite);
            Publish(partial, target);
        }
        finally
        {
            DeleteFolder(partial);
        }
    }

    private void WriteFiles(string folder, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var warmUp = Path.Combine(folder, WarmUpFile);
        Directory.CreateDirectory(Path.GetDirectoryName(warmUp)!); // the folder assets.extra
        using (var stream = Create(warmUp, length: 0))
        {
            WarmUp.Write(stream, _warmUp);
            stream.Flush(flushToDisk: true);
        }

        using (var stream = Create(Path.Combine(folder, ModelFile), _file.Length))
        {
            _file.WriteTo(stream, progress, cancellationToken);
            stream.Flush(flushToDisk: true);
        }
    }

    /// <summary>Creates a file; that a disk has no room for its length is found out at once.</summary>
    private static FileStream Create(string path, long length) => new(path, new FileStreamOptions
    {
        Mode = FileMode.Create,
        Access = FileAccess.Write,
        Share = FileShare.None,
        BufferSize = FileBufferBytes,
        PreallocationSize = length,
    });

    private static void RequireFree(string target, bool overwrite)
    {
        if (File.Exists(target))
        {
            throw new IOException($"{target} is a file; expected a folder, or nothing");
        }

        var model = Path.Combine(target, ModelFile);
        if (!overwrite && File.Exists(model))
        {
            throw new IOException($"{model} exists");
        }
    }

    /// <summary>A server that watches the base folder sees the version appear whole.</summary>
    private static void Publish(string partial, string target)
    {
        if (!Directory.Exists(target))
        {
            Directory.Move(partial, target);
            return;
        }

        // The model comes last: with it the folder is one.
        foreach (var file in new[] { WarmUpFile, ModelFile })
        {
            var path = Path.Combine(target, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // the target, or a folder in it
            File.Move(Path.Combine(partial, file), path, overwrite: true);
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
