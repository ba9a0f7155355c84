using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Moodstream.Bench.Posts;

namespace Moodstream.Bench.Serve;

/// <summary>Writes a model folder of any size with random weights: what it answers means nothing, what it costs does.</summary>
internal static class RandomModel
{
    private const ulong Seed = 12;
    private const double Deviation = 0.02;
    private const int ChunkHalves = 1 << 20;

    /// <summary>Writes it, in half precision, with three labels.</summary>
    /// <param name="folder">An empty version folder.</param>
    /// <param name="layers">Encoder layers.</param>
    /// <param name="hidden">Width; 64 to a head, and a feed-forward layer four times as wide.</param>
    /// <param name="vocabulary">The vocab.txt to take along.</param>
    public static void Write(string folder, int layers, int hidden, string vocabulary)
    {
        Directory.CreateDirectory(folder);
        var words = File.ReadLines(vocabulary).Count();
        File.Copy(vocabulary, Path.Combine(folder, "vocab.txt"));
        File.WriteAllText(Path.Combine(folder, "config.json"), Config(layers, hidden, words).ToJsonString());
        WriteWeights(Path.Combine(folder, "model.safetensors"), [.. Tensors(layers, hidden, words)]);
    }

    private static JsonObject Config(int layers, int hidden, int words) => new()
    {
        ["architectures"] = new JsonArray("BertForSequenceClassification"),
        ["model_type"] = "bert",
        ["hidden_act"] = "gelu",
        ["num_hidden_layers"] = layers,
        ["hidden_size"] = hidden,
        ["num_attention_heads"] = hidden / 64,
        ["intermediate_size"] = 4 * hidden,
        ["max_position_embeddings"] = 512,
        ["type_vocab_size"] = 2,
        ["vocab_size"] = words,
        ["layer_norm_eps"] = 1e-12,
        ["id2label"] = new JsonObject { ["0"] = "negative", ["1"] = "neutral", ["2"] = "positive" },
    };

    private static IEnumerable<(string Name, int[] Shape)> Tensors(int layers, int hidden, int words)
    {
        yield return ("bert.embeddings.word_embeddings.weight", [words, hidden]);
        yield return ("bert.embeddings.position_embeddings.weight", [512, hidden]);
        yield return ("bert.embeddings.token_type_embeddings.weight", [2, hidden]);
        foreach (var norm in Norm("bert.embeddings.LayerNorm", hidden))
        {
            yield return norm;
        }

        for (var i = 0; i < layers; i++)
        {
            var layer = $"bert.encoder.layer.{i}";
            IEnumerable<(string, int[])> parts =
            [
                .. Dense($"{layer}.attention.self.query", hidden, hidden),
                .. Dense($"{layer}.attention.self.key", hidden, hidden),
                .. Dense($"{layer}.attention.self.value", hidden, hidden),
                .. Dense($"{layer}.attention.output.dense", hidden, hidden),
                .. Norm($"{layer}.attention.output.LayerNorm", hidden),
                .. Dense($"{layer}.intermediate.dense", hidden, 4 * hidden),
                .. Dense($"{layer}.output.dense", 4 * hidden, hidden),
                .. Norm($"{layer}.output.LayerNorm", hidden),
            ];
            foreach (var part in parts)
            {
                yield return part;
            }
        }

        foreach (var part in Dense("bert.pooler.dense", hidden, hidden).Concat(Dense("classifier", hidden, 3)))
        {
            yield return part;
        }
    }

    private static IEnumerable<(string, int[])> Norm(string name, int width) =>
        [($"{name}.weight", [width]), ($"{name}.bias", [width])];

    private static IEnumerable<(string, int[])> Dense(string name, int from, int to) =>
        [($"{name}.weight", [to, from]), ($"{name}.bias", [to])];

    private static void WriteWeights(string path, (string Name, int[] Shape)[] tensors)
    {
        var header = new JsonObject();
        long end = 0;
        foreach (var (name, shape) in tensors)
        {
            var begin = end;
            end += sizeof(ushort) * Elements(shape);
            header[name] = new JsonObject
            {
                ["dtype"] = "F16",
                ["shape"] = new JsonArray([.. shape.Select(d => (JsonNode)d)]),
                ["data_offsets"] = new JsonArray(begin, end),
            };
        }

        using var file = File.Create(path);
        var json = Encoding.UTF8.GetBytes(header.ToJsonString());
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        file.Write(length);
        file.Write(json);
        var random = new SeededRandom(Seed);
        foreach (var (name, shape) in tensors)
        {
            WriteTensor(file, Elements(shape), IsScale(name) ? 1 : 0, random);
        }
    }

    private static bool IsScale(string name) => name.EndsWith("LayerNorm.weight", StringComparison.Ordinal);

    private static void WriteTensor(Stream file, long elements, float mean, SeededRandom random)
    {
        for (long done = 0; done < elements; done += ChunkHalves)
        {
            var chunk = new Half[Math.Min(ChunkHalves, elements - done)];
            for (var i = 0; i < chunk.Length; i++)
            {
                chunk[i] = (Half)(mean + (Deviation * random.NextNormal()));
            }

            file.Write(MemoryMarshal.AsBytes(chunk.AsSpan()));
        }
    }

    private static long Elements(int[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
