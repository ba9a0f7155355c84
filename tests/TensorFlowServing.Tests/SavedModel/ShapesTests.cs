using Moodstream.Bert;
using Moodstream.TensorFlowServing.SavedModel;
using Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

namespace Moodstream.TensorFlowServing.Tests.SavedModel;

/// <summary>Models of other shapes and types: the interpreted graph against this repository's own engine.</summary>
public sealed class ShapesTests
{
    private const double Tolerance = 2e-5;

    private static readonly Dictionary<string, ModelShape> Shapes = new()
    {
        ["one layer, one head"] = new() { Heads = 1 },
        ["heads as wide as there are heads"] = new() { Hidden = 16, Heads = 4 },
        ["twelve heads of one"] = new() { Hidden = 12, Heads = 12, Layers = 3 },
        ["one label"] = new() { Labels = 1 },
        ["two labels"] = new() { Labels = 2 },
        ["five labels, one segment"] = new() { Labels = 5, Segments = 1 },
        ["two positions"] = new() { Positions = 2 },
        ["F16"] = new() { TypeOf = _ => "F16" },
        ["BF16"] = new() { TypeOf = _ => "BF16" },
        ["F16 embeddings, F32 and BF16 layers"] = new()
        {
            TypeOf = name => name.Contains("embeddings", StringComparison.Ordinal) ? "F16" : name.Contains("output", StringComparison.Ordinal) ? "BF16" : "F32",
        },
    };

    public static TheoryData<string> Names => [.. Shapes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Logits_OfAModelOfThisShape_EqualTheEngines(string name)
    {
        var shape = Shapes[name];
        using var folder = new ModelFolder(shape);
        int[][] rows = [[2, 5, 7, 11, 3], [2, 3], [29]];
        rows = [.. rows.Select(r => r[..Math.Min(r.Length, shape.Positions)])];

        var logits = Export.Load(folder.Path).Predict<float>(Feed.Of(rows), "logits");

        var expected = Engine(folder.Path, shape.Labels, rows);
        var worst = expected.Zip(logits.Data, (e, a) => Math.Abs(e - a)).Max();
        Assert.Equal([3, shape.Labels], logits.Shape);
        Assert.True(worst <= Tolerance, $"{name}: differs by up to {worst}");
    }

    [Theory]
    [InlineData("F32", false, 0)]
    [InlineData("F32", true, 11)]
    [InlineData("BF16", false, 0)]
    [InlineData("BF16", true, 11)]
    [InlineData("F16", false, 11)]
    [InlineData("F16", true, 11)]
    public void Storage_OfAType_IsTheSmallestThatIsExactUnlessAsked(string type, bool isHalf, int halves)
    {
        using var folder = new ModelFolder(new ModelShape { TypeOf = _ => type });
        using var checkpoint = BertCheckpoint.Open(folder.Path);

        var model = new BertSavedModel(checkpoint, new BertSavedModelOptions { HalfPrecision = isHalf });

        Assert.Equal((11, halves), (model.Matrices, model.HalfMatrices));
        Assert.Equal(Export.Bytes(folder.Path, new BertSavedModelOptions { HalfPrecision = isHalf }).Length, model.Length);
    }

    [Theory]
    [InlineData(1, 69 + 66)]
    [InlineData(2, 69 + (2 * 66))]
    [InlineData(12, 69 + (12 * 66))]
    public void Nodes_AreSixtySixALayer_AndSixtyNineOthers(int layers, int nodes)
    {
        using var folder = new ModelFolder(new ModelShape { Layers = layers });
        using var checkpoint = BertCheckpoint.Open(folder.Path);

        Assert.Equal(nodes, new BertSavedModel(checkpoint, new BertSavedModelOptions()).Nodes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void FixedLength_OutsideThePositions_IsRefused(int length)
    {
        using var folder = new ModelFolder(new ModelShape { Positions = 16 });
        using var checkpoint = BertCheckpoint.Open(folder.Path);

        Assert.Throws<ArgumentOutOfRangeException>(
            () => new BertSavedModel(checkpoint, new BertSavedModelOptions { FixedLength = length }));
    }

    private static float[] Engine(string folder, int labels, int[][] rows)
    {
        using var model = BertModel.Load(folder);
        using var scorer = model.CreateScorer(new BertScorerOptions { Threads = 1 });
        var logits = new float[rows.Length * labels];
        scorer.ScoreIds(new TokenBatch([.. rows.SelectMany(r => r)], [.. rows.Select(r => r.Length)]), logits);
        return logits;
    }
}
