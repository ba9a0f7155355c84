using System.Buffers.Binary;
using System.Text.Json;

namespace Moodstream.Bench.OnnxRuntime;

/// <summary>
/// The tensors of a Hugging Face BERT folder, half precision widened to single. Independent of libs/Bert, so that a
/// mistake in reading weights cannot hide in both sides of a comparison.
/// </summary>
internal sealed class BertWeights
{
    private readonly byte[] _data;
    private readonly JsonElement _tensors;

    private BertWeights(byte[] data, JsonElement tensors, JsonElement config)
    {
        _data = data;
        _tensors = tensors;
        Layers = config.GetProperty("num_hidden_layers").GetInt32();
        Hidden = config.GetProperty("hidden_size").GetInt32();
        Heads = config.GetProperty("num_attention_heads").GetInt32();
        Epsilon = config.GetProperty("layer_norm_eps").GetSingle();
    }

    /// <summary>Encoder layers.</summary>
    public int Layers { get; }

    /// <summary>Numbers a token.</summary>
    public int Hidden { get; }

    /// <summary>Attention heads.</summary>
    public int Heads { get; }

    /// <summary>What layer normalisation adds to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>Reads config.json and model.safetensors (F16, the bundled model's type).</summary>
    public static BertWeights Read(string folder)
    {
        var file = File.ReadAllBytes(Path.Combine(folder, "model.safetensors"));
        var header = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file));
        using var tensors = JsonDocument.Parse(file.AsMemory(8, header));
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        return new BertWeights(file[(8 + header)..], tensors.RootElement.Clone(), config.RootElement.Clone());
    }

    /// <summary>A tensor as it is stored.</summary>
    public Tensor Get(string name)
    {
        var entry = _tensors.GetProperty(name);
        if (entry.GetProperty("dtype").GetString() is var type && type != "F16")
        {
            throw new NotSupportedException($"{name} is {type}; the peers are built from F16 only");
        }

        int[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
        var start = entry.GetProperty("data_offsets")[0].GetInt32();
        var end = entry.GetProperty("data_offsets")[1].GetInt32();
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        if (end - start != values.Length * sizeof(ushort))
        {
            throw new FormatException($"{name} has {end - start} bytes for {values.Length} numbers of 2");
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(_data.AsSpan(start + (i * sizeof(ushort))));
        }

        return new Tensor(values, shape);
    }

    /// <summary>A matrix stored [out, in], as [in, out].</summary>
    public Tensor GetTransposed(string name)
    {
        var (values, shape) = Get(name);
        var (rows, columns) = (shape[0], shape[1]);
        var transposed = new float[values.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
            {
                transposed[(c * rows) + r] = values[(r * columns) + c];
            }
        }

        return new Tensor(transposed, [columns, rows]);
    }

    /// <summary>Numbers and their shape.</summary>
    internal readonly record struct Tensor(float[] Values, int[] Shape);
}
