using Moodstream.Bert.Tests.Golden;

namespace Moodstream.Bert.Tests.Loading;

/// <summary>Weights read as they are stored, without a model being made of them.</summary>
public sealed class BertCheckpointTests
{
    private const string Query = "encoder.layer.1.attention.self.query.weight";

    [Fact]
    public void Open_TinyModel_ListsEveryTensorByNameAndShape()
    {
        using var checkpoint = BertCheckpoint.Open(TinyBert.Folder);

        Assert.Equal(("tiny-bert", 1L, 2), (checkpoint.Name, checkpoint.Version, checkpoint.Config.Layers));
        Assert.Equal(3 + 2 + (2 * 16) + 4, checkpoint.Tensors.Count);
        Assert.Equal([100, 32], checkpoint.Tensors["embeddings.word_embeddings.weight"].Shape);
        Assert.Equal([64, 32], checkpoint.Tensors["encoder.layer.0.intermediate.dense.weight"].Shape);
        Assert.Equal((WeightType.F32, 96L), (checkpoint.Tensors["classifier.weight"].Type, checkpoint.Tensors["classifier.weight"].Count));
        Assert.All(checkpoint.Tensors, t => Assert.Equal(t.Key, t.Value.Name));
    }

    [Fact]
    public void Open_BaseFolder_TakesTheNewestVersion()
    {
        using var checkpoint = BertCheckpoint.Open(Path.GetDirectoryName(Repository.Model)!);

        Assert.Equal(("tweet-sentiment", 1L), (checkpoint.Name, checkpoint.Version));
        Assert.Equal(Repository.Model, checkpoint.Folder);
    }

    [Fact]
    public void Open_AnotherShapeThanTheConfigurationSays_IsRefusedAsTheModelIs()
    {
        using var model = new ModelCopy();
        model.SetConfig("vocab_size", "99");

        var refusal = Assert.Throws<ModelFormatException>(() => BertCheckpoint.Open(model.Folder));

        Assert.Equal(model.Refusal().Message, refusal.Message);
    }

    [Fact]
    public void Open_Refused_LeavesTheFileClosed()
    {
        using var model = new ModelCopy();
        model.SetConfig("num_hidden_layers", "3");

        Assert.Throws<ModelFormatException>(() => BertCheckpoint.Open(model.Folder));

        using var file = File.Open(model.Weights, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(file.CanWrite);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(1024)]
    public void ReadFloats_InParts_GivesTheBytesOfTheFile(int part)
    {
        using var checkpoint = BertCheckpoint.Open(TinyBert.Folder);
        var tensor = checkpoint.Tensors[Query];
        var values = new float[tensor.Count];

        for (var first = 0; first < values.Length; first += part)
        {
            tensor.ReadFloats(first, values.AsSpan(first, Math.Min(part, values.Length - first)));
        }

        Assert.Equal(BytesOf(Path.Combine(TinyBert.Folder, "model.safetensors"), Query), Bytes(values));
    }

    [Fact]
    public void ReadHalves_OfF16_GivesTheBytesOfTheFile()
    {
        using var model = new ModelCopy();
        File.WriteAllBytes(model.Weights, WeightsBytes.Narrow(File.ReadAllBytes(model.Weights), "F16"));
        using var checkpoint = BertCheckpoint.Open(model.Folder);
        var tensor = checkpoint.Tensors[Query];
        var values = new Half[tensor.Count];

        tensor.ReadHalves(0, values);

        Assert.Equal(WeightType.F16, tensor.Type);
        Assert.Equal(BytesOf(model.Weights, Query), Bytes(values));
    }

    [Theory]
    [InlineData("F32")]
    [InlineData("BF16")]
    public void ReadHalves_OfWiderRange_RoundsToNearest(string type)
    {
        using var model = new ModelCopy();
        if (type != "F32")
        {
            File.WriteAllBytes(model.Weights, WeightsBytes.Narrow(File.ReadAllBytes(model.Weights), type));
        }

        using var checkpoint = BertCheckpoint.Open(model.Folder);
        var tensor = checkpoint.Tensors[Query];
        var floats = new float[tensor.Count];
        var halves = new Half[tensor.Count];

        tensor.ReadFloats(0, floats);
        tensor.ReadHalves(0, halves);

        Assert.Equal(type, $"{tensor.Type}");
        Assert.Equal(floats.Select(f => (Half)f), halves);
    }

    [Theory]
    [InlineData(65519f, true)]
    [InlineData(65520f, false)]
    [InlineData(-1e30f, false)]
    public void ReadHalves_AboveTheRange_AreRefusedByPlace(float value, bool fits)
    {
        using var model = new ModelCopy();
        SetLastWeight(model, value, out var tensorName);
        using var checkpoint = BertCheckpoint.Open(model.Folder);
        var tensor = checkpoint.Tensors[tensorName];
        var halves = new Half[2];

        var error = Record.Exception(() => tensor.ReadHalves(tensor.Count - 2, halves));

        if (fits)
        {
            Assert.Null(error);
            Assert.Equal(Half.MaxValue, halves[1]);
        }
        else
        {
            var refusal = Assert.IsType<ModelFormatException>(error);
            Assert.EndsWith($"{tensorName}, element {tensor.Count - 1}", refusal.Where, StringComparison.Ordinal);
            Assert.Contains("65504", refusal.Expected, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ReadFloats_NoNumber_IsRefusedByPlace()
    {
        using var model = new ModelCopy();
        SetLastWeight(model, float.NaN, out var tensorName);
        using var checkpoint = BertCheckpoint.Open(model.Folder);
        var tensor = checkpoint.Tensors[tensorName];

        var refusal = Assert.Throws<ModelFormatException>(() => tensor.ReadFloats(0, new float[tensor.Count]));

        Assert.Contains($"element {tensor.Count - 1}", refusal.Where, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(96, 1)]
    [InlineData(0, 97)]
    public void Read_BeyondTheTensor_IsRefused(long first, int count)
    {
        using var checkpoint = BertCheckpoint.Open(TinyBert.Folder);
        var tensor = checkpoint.Tensors["classifier.weight"];

        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadFloats(first, new float[count]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadHalves(first, new Half[count]));
    }

    [Fact]
    public void Read_AfterDispose_IsRefused()
    {
        var checkpoint = BertCheckpoint.Open(TinyBert.Folder);
        checkpoint.Dispose();

        Assert.Throws<ObjectDisposedException>(() => checkpoint.Tensors["classifier.weight"].ReadFloats(0, new float[1]));
    }

    private static byte[] Bytes<T>(T[] values)
        where T : struct => System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(values).ToArray();

    private static byte[] BytesOf(string path, string name)
    {
        using var file = Bert.Loading.SafetensorsFile.Open(path);
        var tensor = file.Tensors["bert." + name];
        var bytes = new byte[tensor.End - tensor.Begin];
        file.ReadElements(tensor, 0, bytes);
        return bytes;
    }

    /// <summary>Sets the last number of the file, which belongs to the tensor with the last offset.</summary>
    private static void SetLastWeight(ModelCopy model, float value, out string tensorName)
    {
        using (var file = Bert.Loading.SafetensorsFile.Open(model.Weights))
        {
            var last = file.Tensors.Values.MaxBy(t => t.End)!; // the model has tensors
            tensorName = last.Name.Replace("bert.", "", StringComparison.Ordinal);
        }

        var bytes = File.ReadAllBytes(model.Weights);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), value);
        File.WriteAllBytes(model.Weights, bytes);
    }
}
