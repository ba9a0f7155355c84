using Microsoft.Extensions.Options;
using Moodstream.Ingestor.Tests.Support;

namespace Moodstream.Ingestor.Tests;

public sealed class IngestorOptionsTests
{
    [Fact]
    public void Defaults_AreThoseOfTheGuarantee()
    {
        var options = new IngestorOptions();

        Assert.Equal(("sample", 4096, 5), (options.Source, options.Window, options.MaxPublishes));
        Assert.Equal(TimeSpan.FromSeconds(25), options.Rules.Patience);
        Assert.Equal(20, options.EffectivePostsPerSecond);
        Assert.Equal(0, new IngestorOptions { Source = "-" }.EffectivePostsPerSecond);
        Assert.Empty(Problems());
    }

    [Theory]
    [InlineData("Source", "stdin")]
    [InlineData("Source", "-")]
    [InlineData("Source", "file:posts.jsonl")]
    [InlineData("Track:0", "coffee")]
    [InlineData("PostsPerSecond", "0")]
    [InlineData("PostsPerSecond", "100000")]
    [InlineData("Window", "16")]
    [InlineData("Window", "65536")]
    [InlineData("WindowBytes", "1048576")]
    [InlineData("WindowBytes", "4294967296")]
    [InlineData("ProcessingTimeout", "00:00:01")]
    [InlineData("RedeliverInterval", "00:00:00")]
    [InlineData("MaxPublishes", "2")]
    [InlineData("MaxPublishes", "100")]
    [InlineData("MaxProbeInterval", "01:00:00")]
    [InlineData("RepublishInterval", "00:00:00.010")]
    [InlineData("SaveInterval", "00:00:00.010")]
    [InlineData("StatusInterval", "00:01:00")]
    [InlineData("DrainTimeout", "00:00:00")]
    [InlineData("LeaseDuration", "00:10:00")]
    public void Bind_JustInside_IsTaken(string key, string value)
    {
        Assert.Empty(Problems((key, value)));
    }

    [Theory]
    [InlineData("Source", "")]
    [InlineData("Source", "file:")]
    [InlineData("Source", "file:a\0b")]
    [InlineData("Source", "bluesky")]
    [InlineData("Track:0", " ")]
    [InlineData("PostsPerSecond", "-1")]
    [InlineData("PostsPerSecond", "100001")]
    [InlineData("Window", "15")]
    [InlineData("Window", "65537")]
    [InlineData("WindowBytes", "1048575")]
    [InlineData("WindowBytes", "4294967297")]
    [InlineData("ProcessingTimeout", "00:00:00.999")]
    [InlineData("RedeliverInterval", "00:10:01")]
    [InlineData("MaxPublishes", "1")]
    [InlineData("MaxPublishes", "101")]
    [InlineData("MaxProbeInterval", "00:00:24")]
    [InlineData("RepublishInterval", "00:00:00.009")]
    [InlineData("SaveInterval", "00:00:00.009")]
    [InlineData("StatusInterval", "00:01:01")]
    [InlineData("DrainTimeout", "-00:00:01")]
    [InlineData("LeaseDuration", "00:00:00.999")]
    public void Bind_JustOutside_IsRefusedByName(string key, string value)
    {
        var problems = Problems((key, value));

        Assert.Contains(problems, p => p.StartsWith(key.Split(':')[0], StringComparison.Ordinal));
    }

    [Fact]
    public void Bind_SeveralProblems_AreAllNamed()
    {
        var problems = Problems(("Window", "1"), ("MaxPublishes", "1"), ("Source", "nowhere"));

        Assert.Equal(3, problems.Count);
    }

    [Fact]
    public void Bind_UnknownKey_IsRefusedByName()
    {
        var e = Assert.Throws<InvalidOperationException>(() => IngestorHost.BindOptions(("Windwo", "5")));

        Assert.Contains("'Windwo'", e.Message, StringComparison.Ordinal);
    }

    private static List<string> Problems(params (string, string)[] settings)
    {
        try
        {
            _ = IngestorHost.BindOptions(settings);
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
    }
}
