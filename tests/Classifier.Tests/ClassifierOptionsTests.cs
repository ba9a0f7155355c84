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
        Assert.Equal((2048, 64, 128), (options.MaxBatchTokens, options.MaxBatchPosts, options.Concurrency));
    }

    [Theory]
    [InlineData("Threads", 1, 256)]
    [InlineData("MaxBatchTokens", 2, 65_536)]
    [InlineData("MaxBatchPosts", 1, 4096)]
    [InlineData("Concurrency", 1, 4096)]
    public void Validate_OptionAtEachBound_SucceedsInsideAndNamesItOutside(string option, int least, int most)
    {
        Assert.True(Validate(option, least).Succeeded);
        Assert.True(Validate(option, most).Succeeded);
        Assert.Contains(option, Validate(option, least - 1).FailureMessage, StringComparison.Ordinal);
        Assert.Contains(option, Validate(option, most + 1).FailureMessage, StringComparison.Ordinal);
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

    private static ValidateOptionsResult Validate(string option, int value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [KeyValuePair.Create<string, string?>(option, value.ToString(CultureInfo.InvariantCulture))]).Build();
        return new ClassifierOptionsValidator().Validate(null, configuration.Get<ClassifierOptions>()!);
    }

    private static (string Key, string Value) Setting(string option, int value) =>
        ($"Moodstream:Classifier:{option}", value.ToString(CultureInfo.InvariantCulture));
}
