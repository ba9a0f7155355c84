using System.Text.Json;
using Moodstream.TensorFlowServing.SavedModel;
using Moodstream.TensorFlowServing.Tests.SavedModel.Interpreter;

namespace Moodstream.TensorFlowServing.Tests.SavedModel;

/// <summary>The exported graph, interpreted, against PyTorch.</summary>
public sealed class GoldenLogitsTests
{
    private const double Tolerance = 2e-5;

    /// <summary>The tiny model's weights are large on purpose; which weights are rounded decides more than how.</summary>
    private const double HalfTolerance = 0.025;
    private const double TweetTolerance = 1e-4;

    private static readonly Lazy<LoadedSavedModel> Exact = new(() => Export.Load(TinyBert.Folder));
    private static readonly Lazy<LoadedSavedModel> Half =
        new(() => Export.Load(TinyBert.Folder, new BertSavedModelOptions { HalfPrecision = true }));

    public static TheoryData<string> Cases => [.. TinyBert.CaseNames];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_TinyModel_EqualPyTorch(string name) =>
        AssertLogits(name, Exact.Value.Predict<float>(TinyBert.Feed(name), "logits"), Tolerance);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_TinyModelInHalfPrecision_AreNearPyTorch(string name) =>
        AssertLogits(name, Half.Value.Predict<float>(TinyBert.Feed(name), "logits"), HalfTolerance);

    [Fact]
    public void Outputs_BothSignatures_EqualPyTorch()
    {
        const string Case = "ragged_9x33";
        var feed = TinyBert.Feed(Case);

        foreach (var signature in BertSavedModel.Signatures)
        {
            var probabilities = Exact.Value.Predict<float>(feed, "probabilities", signature);
            var labels = Exact.Value.Predict<int>(feed, "predictated_labels", signature);

            AssertNear(TinyBert.Output(Case, "probabilities"), probabilities.Data, Tolerance);
            Assert.Equal(TinyBert.Output(Case, "predictated_labels").Select(l => (int)l), labels.Data);
        }
    }

    [Fact]
    public void Logits_FixedLength_AreDeclaredSoAndEqualPyTorch()
    {
        const string Case = "holes_in_mask";

        var model = Export.Load(TinyBert.Folder, new BertSavedModelOptions { FixedLength = 9 });

        Assert.All(model.Meta.SignatureDef.Values.SelectMany(s => s.Inputs.Values), i => Assert.Equal([-1, 9], i.TensorShape.Dim.Select(d => d.Size)));
        AssertLogits(Case, model.Predict<float>(TinyBert.Feed(Case), "logits"), Tolerance);
    }

    [Fact]
    public void Logits_HalfPrecision_EqualThoseOfWeightsRoundedBeforeToTheBit()
    {
        using var rounded = new ModelFolder(TinyBert.Folder);
        rounded.ChangeWeights((_, shape, value) => shape.Length > 1 ? (float)(Half)value : value);
        var single = Export.Load(rounded.Path);

        foreach (var name in TinyBert.CaseNames)
        {
            var feed = TinyBert.Feed(name);

            Assert.Equal(
                single.Predict<float>(feed, "logits").Data.Select(BitConverter.SingleToUInt32Bits),
                Half.Value.Predict<float>(feed, "logits").Data.Select(BitConverter.SingleToUInt32Bits));
        }
    }

    [Fact]
    public void Logits_BundledModel_EqualPyTorch()
    {
        var goldens = File.ReadLines(Path.Combine(Repository.Model, "goldens.jsonl")).Select(l => JsonElement.Parse(l))
            .Select(g => (
                Ids: g.GetProperty("ids").EnumerateArray().Select(e => e.GetInt32()).ToArray(),
                Logits: g.GetProperty("logits").EnumerateArray().Select(e => e.GetDouble())))
            .Where(g => g.Ids.Length < 16).Take(2).ToList();

        var logits = Export.Load(Repository.Model).Predict<float>(Feed.Of([.. goldens.Select(g => g.Ids)]), "logits");

        AssertNear([.. goldens.SelectMany(g => g.Logits)], logits.Data, TweetTolerance);
    }

    private static void AssertLogits(string name, Tensor<float> logits, double tolerance)
    {
        var answers = TinyBert.Answers(name);
        AssertNear(TinyBert.Output(name, "logits_f64")[..answers], logits.Data[..answers], tolerance);
        Assert.All(logits.Data, l => Assert.True(float.IsFinite(l)));
    }

    private static void AssertNear(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        var worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= tolerance, $"differs by up to {worst}");
    }
}
