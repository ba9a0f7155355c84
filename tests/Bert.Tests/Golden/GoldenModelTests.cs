using Moodstream.Bert.Engine;

namespace Moodstream.Bert.Tests.Golden;

/// <summary>The whole forward pass against PyTorch, with every kernel this machine has.</summary>
public sealed class GoldenModelTests(LoadedModels models) : IClassFixture<LoadedModels>
{
    private const double TinyTolerance = 2e-5;
    private const double TweetTolerance = 1e-4;

    /// <summary>Attention to nothing has no right answer; PyTorch itself gives two.</summary>
    private const string NoAnswerCase = "empty_mask_row";

    public static TheoryData<int, string> TinyCases
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var width in VectorWidth.Supported)
            {
                foreach (var name in new TinyBert().CaseNames)
                {
                    data.Add(width, name);
                }
            }

            return data;
        }
    }

    public static TheoryData<int> Widths => [.. VectorWidth.Supported];

    [Theory]
    [MemberData(nameof(TinyCases))]
    public void ScoreIds_TinyModel_EqualsPyTorch(int width, string name)
    {
        var golden = new TinyBert().Case(name);
        using var scorer = models.Tiny.CreateScorer(new BertScorerOptions { Threads = 1 }, width);

        var logits = scorer.Score(3, golden.Batch);

        for (var i = 0; i < logits.Length; i++)
        {
            var tolerance = name == NoAnswerCase && i >= 3 ? double.MaxValue : TinyTolerance;
            Assert.True(float.IsFinite(logits[i]) && Math.Abs(logits[i] - golden.Logits[i]) <= tolerance,
                $"{name}, logit {i}: {logits[i]} instead of {golden.Logits[i]}");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void ScoreIds_BundledModel_EqualsPyTorch(int width)
    {
        var goldens = new TweetGoldens();
        using var scorer = models.Tweets.CreateScorer(new BertScorerOptions { Threads = 2 }, width);

        var logits = scorer.Score(3, goldens.Ids);

        var expected = goldens.Logits.SelectMany(l => l).ToArray();
        var worst = logits.Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= TweetTolerance, $"logits differ by up to {worst}");
    }
}
