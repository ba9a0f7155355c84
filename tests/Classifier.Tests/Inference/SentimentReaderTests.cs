using Moodstream.Classifier.Inference;
using Moodstream.Contracts;

namespace Moodstream.Classifier.Tests.Inference;

public sealed class SentimentReaderTests
{
    private static readonly ModelVersion Model = new("m", 2);

    public static TheoryData<string[]> Orders =>
    [
        ["negative", "neutral", "positive"],
        ["positive", "negative", "neutral"],
        ["Neutral", "POSITIVE", "Negative"],
    ];

    [Theory]
    [MemberData(nameof(Orders))]
    public void Read_LabelsInAnyOrder_FindsEach(string[] labels)
    {
        var reader = new SentimentReader(Model, labels);
        var row = labels.Select(l => l.ToLowerInvariant() switch { "negative" => 0.1f, "neutral" => 0.3f, _ => 0.6f });

        var sentiment = reader.Read([.. row]);

        Assert.Equal(new Sentiment(SentimentLabel.Positive, 0.1f, 0.3f, 0.6f), sentiment);
    }

    [Theory]
    [InlineData(0.6f, 0.3f, 0.1f, SentimentLabel.Negative)]
    [InlineData(0.3f, 0.6f, 0.1f, SentimentLabel.Neutral)]
    [InlineData(0.1f, 0.3f, 0.6f, SentimentLabel.Positive)]
    [InlineData(0.4f, 0.4f, 0.2f, SentimentLabel.Negative)]
    [InlineData(0.2f, 0.4f, 0.4f, SentimentLabel.Neutral)]
    public void Read_Probabilities_LabelIsTheLargestAndFirst(
        float negative, float neutral, float positive, SentimentLabel expected)
    {
        var reader = new SentimentReader(Model, ["negative", "neutral", "positive"]);

        Assert.Equal(expected, reader.Read([negative, neutral, positive]).Label);
    }

    [Theory]
    [InlineData("LABEL_0,LABEL_1,LABEL_2")]
    [InlineData("negative,positive")]
    [InlineData("negative,neutral,positive,mixed")]
    [InlineData("negative,neutral,neutral")]
    public void Create_OtherLabels_IsRefusedNamingThem(string labels)
    {
        var thrown = Assert.Throws<UnsuitableModelException>(() => new SentimentReader(Model, labels.Split(',')));

        Assert.Equal(
            $"model m version 2 has the labels {labels.Replace(",", ", ", StringComparison.Ordinal)}; "
            + "needed are negative, neutral, positive, in any order",
            thrown.Message);
    }
}
