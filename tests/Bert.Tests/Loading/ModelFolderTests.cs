using System.Text;
using Moodstream.Bert.Tests.Golden;

namespace Moodstream.Bert.Tests.Loading;

/// <summary>Which folders are a model, and how the others are refused.</summary>
public sealed class ModelFolderTests
{
    [Theory]
    [InlineData("architectures", """["BertModel"]""", "BertModel")]
    [InlineData("architectures", """["RobertaForSequenceClassification"]""", "RobertaForSequenceClassification")]
    [InlineData("architectures", "absent", "nothing")]
    [InlineData("model_type", "\"roberta\"", "roberta")]
    [InlineData("hidden_act", "\"gelu_new\"", "gelu_new")]
    [InlineData("hidden_act", "\"relu\"", "relu")]
    [InlineData("position_embedding_type", "\"relative_key\"", "relative_key")]
    [InlineData("is_decoder", "true", "true")]
    [InlineData("num_hidden_layers", "0", "0")]
    [InlineData("num_hidden_layers", "1e9", "1e9")]
    [InlineData("num_attention_heads", "7", "7")]
    [InlineData("hidden_size", "\"32\"", "32")]
    [InlineData("layer_norm_eps", "-1", "-1")]
    [InlineData("id2label", """{"0":"a","2":"b"}""", "2")]
    public void Load_AnotherArchitecture_IsRefusedByNameAndValue(string member, string json, string actual)
    {
        using var model = new ModelCopy();
        model.SetConfig(member, json);

        var refusal = model.Refusal();

        Assert.Equal($"$.{member}", refusal.Where);
        Assert.Contains(actual, refusal.Actual, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"model_type":"bert","model_type":"bert"}""")]
    public void Load_ConfigIsNoObject_IsRefused(string json)
    {
        using var model = new ModelCopy();
        File.WriteAllText(model.Config, json);

        Assert.Equal(model.Config, model.Refusal().File);
    }

    [Fact]
    public void Load_ConfigOfDeepJson_IsRefused()
    {
        using var model = new ModelCopy();
        File.WriteAllText(model.Config, "{\"a\":" + new string('[', 100_000));

        Assert.Equal(model.Config, model.Refusal().File);
    }

    [Fact]
    public void Load_ShardedWeights_AreRefusedByName()
    {
        using var model = new ModelCopy();
        File.Move(model.Weights, model["model-00001-of-00002.safetensors"]);
        File.WriteAllText(model["model.safetensors.index.json"], "{}");

        Assert.Contains("model.safetensors.index.json", model.Refusal().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoSuchFolder_IsRefused()
    {
        using var folder = new TemporaryFolder();

        var refusal = Assert.Throws<ModelFormatException>(() => BertModel.Load(folder["none"]));

        Assert.Contains("no such folder", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_MoreLayersThanTheFileHas_NamesTheMissingTensor()
    {
        using var model = new ModelCopy();
        model.SetConfig("num_hidden_layers", "3");

        Assert.Equal("encoder.layer.2.attention.self.query.weight", model.Refusal().Where);
    }

    [Fact]
    public void Load_FewerLayersThanTheFileHas_NamesTheTensorTooMany()
    {
        using var model = new ModelCopy();
        model.SetConfig("num_hidden_layers", "1");

        Assert.Contains("encoder.layer.1.", model.Refusal().Where, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnotherWidth_NamesTensorAndBothShapes()
    {
        using var model = new ModelCopy();
        model.SetConfig("vocab_size", "99");

        var refusal = model.Refusal();

        Assert.Contains("word_embeddings", refusal.Where, StringComparison.Ordinal);
        Assert.Contains("[99, ", refusal.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_WeightThatIsNoNumber_IsRefusedByPlace()
    {
        using var model = new ModelCopy();
        var bytes = File.ReadAllBytes(model.Weights);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), float.NaN);
        File.WriteAllBytes(model.Weights, bytes);

        Assert.Contains("a finite number", model.Refusal().Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("F16", 0.01)]
    [InlineData("BF16", 0.1)]
    public void Load_NarrowWeights_ScoreAsTheWideOnesDo(string type, double tolerance)
    {
        using var copy = new ModelCopy();
        File.WriteAllBytes(copy.Weights, WeightsBytes.Narrow(File.ReadAllBytes(copy.Weights), type));
        using var wide = BertModel.Load(TinyBert.Folder);
        using var narrow = BertModel.Load(copy.Folder);
        using var wideScorer = wide.CreateScorer(new BertScorerOptions { Threads = 1 });
        using var narrowScorer = narrow.CreateScorer(new BertScorerOptions { Threads = 1 });
        int[] ids = [2, 10, 11, 12, 3];

        var expected = wideScorer.Score(3, [ids]);
        var actual = narrowScorer.Score(3, [ids]);

        Assert.All(expected.Zip(actual), p => Assert.InRange(p.Second, p.First - tolerance, p.First + tolerance));
        Assert.NotEqual(expected, actual);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    public void Load_DamagedFile_IsRefusedOrLoaded(string name)
    {
        using var model = new ModelCopy();
        var sound = File.ReadAllBytes(model[name]);
        var header = name == "config.json" ? sound.Length : 8 + (int)BitConverter.ToInt64(sound);
        foreach (var seed in Fuzz.Seeds(300))
        {
            File.WriteAllBytes(model[name], Damage(sound, header, new Random(seed)));

            var error = Record.Exception(() => BertModel.Load(model.Folder).Dispose());

            Assert.True(error is null or ModelFormatException, $"seed {seed}: {error}");
        }
    }

    private static byte[] Damage(byte[] sound, int header, Random random)
    {
        string[] fragments = ["{", "}", "[", "]", "\"", ",", "0", "-", "9999999999999999999", "null", "\\ud800", "\0"];
        var damaged = sound.ToList();
        for (var times = random.Next(1, 5); times > 0; times--)
        {
            var at = random.Next(Math.Min(header, damaged.Count) + 1);
            switch (random.Next(4))
            {
                case 0 when at < damaged.Count:
                    damaged[at] = (byte)random.Next(256);
                    break;
                case 1:
                    damaged.RemoveRange(at, Math.Min(random.Next(1, 9), damaged.Count - at));
                    break;
                case 2:
                    damaged.InsertRange(at, Encoding.UTF8.GetBytes(fragments[random.Next(fragments.Length)]));
                    break;
                default:
                    damaged.RemoveRange(at, damaged.Count - at);
                    break;
            }
        }

        return [.. damaged];
    }
}
