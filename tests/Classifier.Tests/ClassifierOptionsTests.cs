using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Moodstream.Classifier.Inference;

namespace Moodstream.Classifier.Tests;

public sealed class ClassifierOptionsTests
{
    [Fact]
    public void Create_Defaults_AreTheDocumentedOnes()
    {
        var options = new ClassifierOptions();

        Assert.Equal("models/tweet-sentiment/1", options.Model);
        Assert.Null(options.Threads);
        Assert.Equal((2048, null, 128), (options.MaxBatchTokens, options.MaxBatchPosts, options.Concurrency));
        Assert.Equal((64, 64), (options.BatchPosts(1), options.BatchPosts(2)));
        Assert.Equal((null, null, null), (options.ModelEndpoint, options.ModelAppId, options.ModelLabels));
        Assert.Equal(("bert", "serving_default"), (options.ModelName, options.ModelSignature));
        Assert.Equal((TimeSpan.FromSeconds(10), 2), (options.ModelDeadline, options.ModelCalls));
    }

    [Theory]
    [InlineData(null, 1, 16, 1)] // one, however little there is to share out
    [InlineData(null, 96, 3, 32)]
    [InlineData(8, 1, 2, 8)]
    public void BatchPosts_SharesOutTheConcurrencyUnlessSaid(int? most, int concurrency, int calls, int expected) =>
        Assert.Equal(expected, new ClassifierOptions { MaxBatchPosts = most, Concurrency = concurrency }.BatchPosts(calls));

    [Theory]
    [InlineData("Threads", 1, 256)]
    [InlineData("MaxBatchTokens", 2, 65_536)]
    [InlineData("MaxBatchPosts", 1, 4096)]
    [InlineData("Concurrency", 1, 4096)]
    [InlineData("ModelCalls", 1, 16)]
    public void Validate_OptionAtEachBound_SucceedsInsideAndNamesItOutside(string option, int least, int most)
    {
        Assert.True(Validate(option, least).Succeeded);
        Assert.True(Validate(option, most).Succeeded);
        Assert.Contains(option, Validate(option, least - 1).FailureMessage, StringComparison.Ordinal);
        Assert.Contains(option, Validate(option, most + 1).FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00:00:00.1", true)]
    [InlineData("00:00:00.0999999", false)]
    [InlineData("00:10:00", true)]
    [InlineData("00:10:00.0000001", false)]
    public void Validate_ModelDeadlineAtItsBounds_SucceedsInsideAndNamesItOutside(string value, bool expected) =>
        AssertNamed(Validate("ModelDeadline", value), "ModelDeadline", expected);

    [Theory]
    [InlineData("ModelAppId", "bert.production", true)]
    [InlineData("ModelAppId", "bert 2", false)]
    [InlineData("ModelAppId", "bért", false)]
    [InlineData("ModelName", "", false)]
    [InlineData("ModelSignature", "", false)]
    public void Validate_Text_SucceedsWhereItCanBeSent(string option, string value, bool expected) =>
        AssertNamed(Validate(option, value), option, expected);

    [Theory]
    [InlineData("http://localhost:8500", true)]
    [InlineData("https://models", true)]
    [InlineData("http://[::1]:8500/", true)]
    [InlineData("localhost:8500", false)]
    [InlineData("models", false)]
    [InlineData("ftp://localhost:8500", false)]
    [InlineData("http://localhost:8501/v1/models/bert", false)]
    [InlineData("http://localhost:8500?x", false)]
    [InlineData("http://me@localhost:8500", false)]
    public void Validate_ModelEndpoint_IsTheAddressOfAServer(string endpoint, bool expected) => AssertNamed(
        new ModelEndpointValidator().Validate(null, Bind("ModelEndpoint", endpoint)), "ModelEndpoint", expected);

    [Fact]
    public async Task Start_AppWithoutASidecarsAddress_IsRefused()
    {
        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => ClassifierHarness.StartAsync(
            null, ("Moodstream:Classifier:ModelAppId", "bert")));

        Assert.Equal(
            "ModelAppId: expected ModelEndpoint beside it, the sidecar's address, or DAPR_GRPC_PORT in the environment.",
            thrown.Message);
    }

    [Fact]
    public async Task Start_LabelsOfTheModelAreOverridden_NamesWhatIsNeeded()
    {
        var thrown = await Assert.ThrowsAsync<UnsuitableModelException>(() => ClassifierHarness.StartRemoteAsync(
            new Uri("http://127.0.0.1:1"),
            null,
            ("Moodstream:Classifier:ModelLabels:0", "good"),
            ("Moodstream:Classifier:ModelLabels:1", "bad")));

        Assert.Contains("has the labels good, bad; needed are negative, neutral, positive", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "positive", "negative", "neutral" }, null)]
    [InlineData(new[] { "positive", "negative" }, "model tweet-sentiment version 1 has 3 classes, but Moodstream:Classifier:ModelLabels names 2")]
    public void Load_LabelsOfTheModelAreOverridden_AreThoseWhereTheyFit(string[] labels, string? refusal)
    {
        var options = new ClassifierOptions { Model = Repository.Model, Threads = 1, ModelLabels = labels };

        var thrown = Record.Exception(() =>
        {
            using var model = BertInference.Load(options);
            Assert.Equal(labels, model.Labels);
        });

        Assert.Equal(refusal, thrown?.Message);
    }

    [Fact]
    public async Task Start_SeveralMistakes_NamesAllAtOnce()
    {
        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => ClassifierHarness.StartAsync(
            null, Setting("Threads", 0), Setting("Concurrency", 0), Setting("MaxBatchTokenz", 7)));

        Assert.Equal(3, thrown.Failures.Count());
        Assert.Contains("Moodstream:Classifier:MaxBatchTokenz is no option", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BatchSmallerThanOnePost_IsRefused()
    {
        var thrown = await Assert.ThrowsAsync<UnsuitableModelException>(
            () => ClassifierHarness.StartAsync(null, Setting("MaxBatchTokens", 15)));

        Assert.Equal(
            "model fake version 3 makes up to 16 token ids of a post, but Moodstream:Classifier:MaxBatchTokens is 15",
            thrown.Message);
    }

    private static ValidateOptionsResult Validate(string option, int value) =>
        Validate(option, value.ToString(CultureInfo.InvariantCulture));

    private static ValidateOptionsResult Validate(string option, string value) =>
        new ClassifierOptionsValidator().Validate(null, Bind(option, value));

    private static ClassifierOptions Bind(string option, string value) =>
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(option, value)]).Build()
            .Get<ClassifierOptions>()!; // one option is bound

    private static void AssertNamed(ValidateOptionsResult result, string option, bool expected)
    {
        Assert.Equal(expected, result.Succeeded);
        Assert.Contains(expected ? "" : option, result.FailureMessage ?? "", StringComparison.Ordinal);
    }

    private static (string Key, string Value) Setting(string option, int value) =>
        ($"Moodstream:Classifier:{option}", value.ToString(CultureInfo.InvariantCulture));
}
