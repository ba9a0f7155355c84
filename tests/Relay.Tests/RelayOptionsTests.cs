using Microsoft.Extensions.Options;

namespace Moodstream.Relay.Tests;

public sealed class RelayOptionsTests
{
    [Fact]
    public void Create_Defaults_AreTheDocumentedOnes()
    {
        var options = new RelayOptions();

        Assert.Equal(("redis://localhost:6379", "STREAM", null, 8192), (options.Redis, options.Channel, options.TrustedCertificates, options.RememberedIds));
    }

    [Theory]
    [InlineData("RememberedIds", "1", true)]
    [InlineData("RememberedIds", "0", false)]
    [InlineData("RememberedIds", "1000000", true)]
    [InlineData("RememberedIds", "1000001", false)]
    [InlineData("Channel", "", false)]
    [InlineData("Redis", "rediss://:secret@cache:6380/1", true)]
    [InlineData("Redis", "http://secret@cache", false)]
    [InlineData("TrustedCertificates", "/nowhere/secret.pem", false)]
    [InlineData("Chanel", "STREAM", false)]
    public async Task Start_Option_IsTakenOrNamed(string option, string value, bool expected)
    {
        if (expected)
        {
            await using var host = await RelayHost.StartAsync((option, value));
            return;
        }

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => RelayHost.StartAsync((option, value)));
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", error.Message, StringComparison.Ordinal);
    }
}
