using System.Runtime.Intrinsics;
using Moodstream.Bert.Engine;
using Moodstream.Bert.Loading;
using Moodstream.Bert.Numerics;
using Moodstream.Bert.Weights;
using Moodstream.Text;

namespace Moodstream.Bert;

/// <summary>A Hugging Face BertForSequenceClassification folder in memory: packed weights, labels, tokenizer. Immutable and safe for concurrent use.</summary>
public sealed class BertModel : IDisposable
{
    private readonly BertWeights _weights;
    private readonly Lazy<TextEncoder> _encoder;
    private readonly int _vectorWidth;

    private BertModel(ModelFolder folder, BertConfig config, int maxTokens, BertWeights weights, string sha256, int vectorWidth)
    {
        Name = folder.Name;
        Version = folder.Version;
        Config = config;
        MaxTokens = maxTokens;
        WeightsSha256 = sha256;
        _weights = weights;
        _vectorWidth = vectorWidth;
        _encoder = new Lazy<TextEncoder>(() => TextEncoder.Load(folder.Path, maxTokens));
    }

    /// <summary>Name of the folder; of the base folder where versions are folders below it.</summary>
    public string Name { get; }

    /// <summary>Number of the version folder; 1 where there are none.</summary>
    public long Version { get; }

    /// <summary>The model's shape.</summary>
    public BertConfig Config { get; }

    /// <summary>Most ids a text becomes; sequences of ids may be as long as <see cref="BertConfig.MaxPositions"/>.</summary>
    public int MaxTokens { get; }

    /// <summary>Labels in the order of the logits.</summary>
    public IReadOnlyList<string> Labels => Config.Labels;

    /// <summary>Lower-case hexadecimal SHA-256 of model.safetensors.</summary>
    public string WeightsSha256 { get; }

    /// <summary>The kernels that run, such as <c>Vector512</c>.</summary>
    public string KernelName => $"Vector{_vectorWidth}";

    /// <summary>Text to token ids, as this model was trained.</summary>
    /// <remarks>Read from the folder on first use: who has ids needs no vocabulary.</remarks>
    public TextEncoder Encoder => _encoder.Value;

    /// <summary>Loads a model folder.</summary>
    /// <param name="folder">
    /// A version folder (<c>name/1</c>), a base folder of version folders (the newest is taken), or a plain folder.
    /// </param>
    /// <param name="maxTokens">
    /// Most ids a text becomes, 2 to max_position_embeddings; by default what tokenizer_config.json says, where the
    /// model can take that, otherwise 128.
    /// </param>
    /// <exception cref="ModelFormatException">The folder holds no model, or one this library does not run.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is out of its range.</exception>
    /// <exception cref="InvalidOperationException">MOODSTREAM_VECTOR names a vector width this processor lacks.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <remarks>
    /// Peak memory is that of the loaded model: tensors are read and packed in small parts. MOODSTREAM_VECTOR=128, 256
    /// or 512 forces the kernels' width.
    /// </remarks>
    public static BertModel Load(string folder, int? maxTokens = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var vectorWidth = VectorWidth.Choose(Environment.GetEnvironmentVariable(VectorWidth.Variable));
        var found = ModelFolder.Find(folder);
        var config = ConfigReader.Read(found.Path);
        var limit = maxTokens ?? ConfigReader.ReadMaxTokens(found.Path, config);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 2, nameof(maxTokens));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, config.MaxPositions, nameof(maxTokens));
        using var file = SafetensorsFile.Open(found.FindWeights());
        var weights = WeightsReader.Read(file, config);
        return new BertModel(found, config, limit, weights, file.ComputeSha256(), vectorWidth);
    }

    /// <summary>Makes a scorer with its own threads and buffers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    public BertScorer CreateScorer(BertScorerOptions options) => CreateScorer(options, _vectorWidth);

    /// <summary>Frees the weights once the last scorer is disposed too; makes no more scorers.</summary>
    public void Dispose() => _weights.Dispose();

    internal BertScorer CreateScorer(BertScorerOptions options, int vectorWidth)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new BertScorer(this, _weights.Arena, options, () => CreateRunner(vectorWidth));
    }

    private BlockRunner CreateRunner(int vectorWidth) => vectorWidth switch
    {
        512 => new SimdBlockRunner<Simd512, Vector512<float>>(Config, _weights),
        256 => new SimdBlockRunner<Simd256, Vector256<float>>(Config, _weights),
        _ => new SimdBlockRunner<Simd128, Vector128<float>>(Config, _weights),
    };
}
