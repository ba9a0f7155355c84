using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Moodstream.TensorFlowServing.Tests.SavedModel;

/// <summary>A model folder of a test's own: a copy, or a random model of any shape.</summary>
internal sealed class ModelFolder : IDisposable
{
    private const string ConfigFile = "config.json";
    private const string WeightsFile = "model.safetensors";

    private readonly TemporaryFolder _folder = new();

    /// <summary>A copy.</summary>
    public ModelFolder(string model)
    {
        File.Copy(System.IO.Path.Combine(model, ConfigFile), _folder[ConfigFile]);
        File.Copy(System.IO.Path.Combine(model, WeightsFile), _folder[WeightsFile]);
    }

    /// <summary>A random model; with zeros for weights, the file is a hole, as large as it may be.</summary>
    public ModelFolder(ModelShape shape, bool isZero = false)
    {
        File.WriteAllText(_folder[ConfigFile], shape.Config());
        var (header, length) = Header(shape);
        using var file = File.Create(_folder[WeightsFile]);
        file.Write(header);
        if (isZero)
        {
            file.SetLength(header.Length + length);
            return;
        }

        var random = new Random(20261124);
        foreach (var (name, sizes) in shape.Tensors())
        {
            var centre = name.EndsWith("LayerNorm.weight", StringComparison.Ordinal) ? 1 : 0;
            for (var i = sizes.Aggregate(1, (a, b) => a * b); i > 0; i--)
            {
                file.Write(Number(shape.TypeOf(name), centre + (random.NextSingle() * 0.4f) - 0.2f));
            }
        }
    }

    public string Path => _folder.Path;

    public string Weights => _folder[WeightsFile];

    /// <summary>Changes each F32 number.</summary>
    /// <param name="change">Of the tensor's name, its shape and the number.</param>
    public void ChangeWeights(Func<string, long[], float, float> change)
    {
        var bytes = File.ReadAllBytes(Weights);
        var data = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        foreach (var (name, tensor) in JsonNode.Parse(bytes.AsSpan(8, data - 8))!.AsObject())
        {
            if (name != "__metadata__")
            {
                var shape = tensor!["shape"]!.AsArray().Select(s => s!.GetValue<long>()).ToArray();
                var (begin, end) = (tensor["data_offsets"]![0]!.GetValue<int>(), tensor["data_offsets"]![1]!.GetValue<int>());
                for (var at = data + begin; at < data + end; at += sizeof(float))
                {
                    var number = bytes.AsSpan(at, sizeof(float));
                    BinaryPrimitives.WriteSingleLittleEndian(number, change(name, shape, BinaryPrimitives.ReadSingleLittleEndian(number)));
                }
            }
        }

        File.WriteAllBytes(Weights, bytes);
    }

    public void Dispose() => _folder.Dispose();

    private static (byte[] Header, long Length) Header(ModelShape shape)
    {
        var header = new JsonObject();
        long length = 0;
        foreach (var (name, sizes) in shape.Tensors())
        {
            var begin = length;
            length += sizes.Aggregate(1L, (a, b) => a * b) * (shape.TypeOf(name) == "F32" ? 4 : 2);
            header[name] = new JsonObject
            {
                ["dtype"] = shape.TypeOf(name),
                ["shape"] = new JsonArray([.. sizes.Select(s => (JsonNode)s)]),
                ["data_offsets"] = new JsonArray(begin, length),
            };
        }

        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, text.Length);
        return ([.. prefix, .. text], length);
    }

    private static byte[] Number(string type, float value) => type switch
    {
        "F16" => BitConverter.GetBytes((Half)value),
        "BF16" => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)),
        _ => BitConverter.GetBytes(value),
    };
}
