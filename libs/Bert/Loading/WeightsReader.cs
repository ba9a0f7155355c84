using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Loading;

/// <summary>
/// Reads and packs the tensors of a BertForSequenceClassification, once all of them are known to be there.
/// </summary>
internal sealed unsafe class WeightsReader
{
    /// <summary>Bytes of the word embeddings read at once.</summary>
    private const int ReadBytes = 1 << 20;

    private readonly SafetensorsFile _file;
    private readonly BertConfig _config;
    private readonly NativeArena _arena;
    private readonly Dictionary<string, TensorEntry> _tensors;
    private float[] _rows = [];

    private WeightsReader(
        SafetensorsFile file, BertConfig config, Dictionary<string, TensorEntry> tensors, NativeArena arena)
    {
        _arena = arena;
        _file = file;
        _config = config;
        _tensors = tensors;
    }

    /// <exception cref="ModelFormatException">The file does not hold this model's weights.</exception>
    public static BertWeights Read(SafetensorsFile file, BertConfig config)
    {
        var tensors = ModelTensors.Find(file, config);
        var arena = new NativeArena();
        try
        {
            return new WeightsReader(file, config, tensors, arena).Read();
        }
        catch
        {
            arena.Dispose();
            throw;
        }
    }

    private BertWeights Read() => new()
    {
        Arena = _arena,
        Words = ReadWords(),
        Positions = ReadVector("embeddings.position_embeddings.weight"),
        Segments = ReadVector("embeddings.token_type_embeddings.weight"),
        EmbeddingNorm = ReadNorm("embeddings.LayerNorm"),
        Layers = [.. Enumerable.Range(0, _config.Layers).Select(ReadLayer)],
        Pooler = ReadMatrix("pooler.dense"),
        Classifier = ReadMatrix("classifier"),
    };

    private LayerWeights ReadLayer(int index)
    {
        var layer = $"encoder.layer.{index}";
        return new LayerWeights
        {
            Query = ReadMatrix($"{layer}.attention.self.query"),
            Key = ReadMatrix($"{layer}.attention.self.key"),
            Value = ReadMatrix($"{layer}.attention.self.value"),
            AttentionOutput = ReadMatrix($"{layer}.attention.output.dense"),
            AttentionNorm = ReadNorm($"{layer}.attention.output.LayerNorm"),
            Intermediate = ReadMatrix($"{layer}.intermediate.dense"),
            Output = ReadMatrix($"{layer}.output.dense"),
            OutputNorm = ReadNorm($"{layer}.output.LayerNorm"),
        };
    }

    private EmbeddingTable ReadWords()
    {
        var tensor = _tensors["embeddings.word_embeddings.weight"];
        var rowBytes = _config.Hidden * TensorType.Bytes(tensor.Type);
        var rows = _arena.Allocate<byte>(tensor.End - tensor.Begin);
        var rowsAtOnce = Math.Max(1, ReadBytes / rowBytes);
        for (var id = 0; id < _config.VocabularySize; id += rowsAtOnce)
        {
            var count = Math.Min(rowsAtOnce, _config.VocabularySize - id);
            var part = new Span<byte>(rows + ((long)id * rowBytes), count * rowBytes);
            _file.ReadElements(tensor, (long)id * _config.Hidden, part);
        }

        return new EmbeddingTable(tensor.Type, rows, _config.Hidden);
    }

    private PackedMatrix ReadMatrix(string name)
    {
        var tensor = _tensors[$"{name}.weight"];
        var outputs = (int)tensor.Shape[0];
        var inputs = (int)tensor.Shape[1];
        var matrix = new PackedMatrix(_arena, outputs, inputs);
        for (var strip = 0; strip < matrix.Strips; strip++)
        {
            var firstRow = strip * PackedMatrix.StripRows;
            var rows = Rows(Math.Min(PackedMatrix.StripRows, outputs - firstRow) * inputs);
            _file.ReadFloats(tensor, (long)firstRow * inputs, rows);
            matrix.SetStrip(strip, rows);
        }

        _file.ReadFloats(_tensors[$"{name}.bias"], 0, new Span<float>(matrix.Bias, outputs));
        return matrix;
    }

    private NormWeights ReadNorm(string name) => new(ReadVector($"{name}.weight"), ReadVector($"{name}.bias"));

    private float* ReadVector(string name)
    {
        var tensor = _tensors[name];
        var count = checked((int)((tensor.End - tensor.Begin) / TensorType.Bytes(tensor.Type)));
        var vector = _arena.Allocate<float>(count);
        _file.ReadFloats(tensor, 0, new Span<float>(vector, count));
        return vector;
    }

    private Span<float> Rows(int count)
    {
        if (_rows.Length < count)
        {
            _rows = new float[count];
        }

        return _rows.AsSpan(0, count);
    }
}
