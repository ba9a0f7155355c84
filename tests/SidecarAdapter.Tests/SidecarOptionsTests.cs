using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Moodstream.Contracts;
using Moodstream.Sidecar;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests;

public sealed class SidecarOptionsTests
{
    [Fact]
    public void Defaults_NamesOfComponents_AreThoseOfTheContracts()
    {
        var options = new SidecarOptions();

        Assert.Equal(Components.Messages, options.PubSub);
        Assert.Equal(Components.State, options.StateStore);
    }

    [Fact]
    public void Defaults_Values_AreAsDocumented()
    {
        var options = new SidecarOptions();

        Assert.Equal(
            (400, 4 * 1024 * 1024, 3, 32 * 1024 * 1024),
            (options.MaxPublishEvents, options.MaxPublishBytes, options.PublishAttempts, options.MaxDeliveryBytes));
        Assert.Equal(
            [0.1, 12, 5, 15, 5, 30, 5],
            new[]
            {
                options.PublishPause, options.PublishTimeout, options.StateTimeout, options.AnswerLimit,
                options.GracePeriod, options.StartTimeout, options.ActorTimeout,
            }.Select(t => t.TotalSeconds));
    }

    [Theory]
    [InlineData("MaxPublishEvents", "1", true)]
    [InlineData("MaxPublishEvents", "0", false)]
    [InlineData("MaxPublishEvents", "1000", true)]
    [InlineData("MaxPublishEvents", "1001", false)]
    [InlineData("MaxPublishBytes", "1023", false)]
    [InlineData("MaxPublishBytes", "1024", true)]
    [InlineData("MaxPublishBytes", "67108865", false)]
    [InlineData("PublishAttempts", "0", false)]
    [InlineData("PublishAttempts", "20", true)]
    [InlineData("PublishAttempts", "21", false)]
    [InlineData("PublishPause", "00:00:00", false)]
    [InlineData("PublishPause", "00:01:01", false)]
    [InlineData("PublishTimeout", "00:00:00.05", false)]
    [InlineData("PublishTimeout", "00:10:01", false)]
    [InlineData("StateTimeout", "00:00:00.05", false)]
    [InlineData("AnswerLimit", "00:00:00.05", false)]
    [InlineData("AnswerLimit", "01:00:01", false)]
    [InlineData("GracePeriod", "-00:00:01", false)]
    [InlineData("StartTimeout", "00:10:01", false)]
    [InlineData("MaxDeliveryBytes", "65535", false)]
    [InlineData("ActorTimeout", "00:01:01", false)]
    [InlineData("PubSub", "", false)]
    [InlineData("StateStore", "", false)]
    [InlineData("HttpEndpoint", "ftp://x", false)]
    [InlineData("HttpEndpoint", "http://x/path", false)]
    [InlineData("HttpEndpoint", "https://x:1", true)]
    [InlineData("GrpcEndpoint", "x:1", false)]
    [InlineData("Unknown", "1", false)]
    [InlineData("DAPR_GRPC_PORT", "0", false)]
    [InlineData("DAPR_GRPC_PORT", "65535", true)]
    [InlineData("DAPR_GRPC_ENDPOINT", "nope", false)]
    public async Task Start_Option_IsHeldToItsRange(string name, string value, bool isFine)
    {
        async Task StartAsync()
        {
            await using var harness = await SidecarHarness.StartAsync(Some.NoSidecar, Some.Settings((name, value)));
        }

        if (isFine)
        {
            await StartAsync();
        }
        else
        {
            var thrown = await Assert.ThrowsAnyAsync<Exception>(StartAsync);
            Assert.True(thrown is OptionsValidationException or InvalidOperationException, thrown.ToString());
            Assert.Contains(name, thrown.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("", "http://127.0.0.1:3500/", "http://127.0.0.1:50001/")]
    [InlineData("DAPR_HTTP_PORT=3501 DAPR_GRPC_PORT=50101", "http://127.0.0.1:3501/", "http://127.0.0.1:50101/")]
    [InlineData(
        "DAPR_HTTP_ENDPOINT=https://a:1 DAPR_GRPC_ENDPOINT=http://b DAPR_HTTP_PORT=3501 DAPR_GRPC_PORT=2",
        "https://a:1/", "http://b/")]
    [InlineData("DAPR_HTTP_ENDPOINT= DAPR_HTTP_PORT=3501", "http://127.0.0.1:3501/", "http://127.0.0.1:50001/")]
    public void Address_Environment_IsReadInDaprsOrder(string environment, string http, string grpc)
    {
        var configuration = Configuration(environment);

        Assert.Equal(http, SidecarEnvironment.HttpAddress(configuration).ToString());
        Assert.Equal(grpc, SidecarEnvironment.GrpcAddress(configuration).ToString());
        Assert.Equal(environment.Contains("DAPR_HTTP", StringComparison.Ordinal), SidecarEnvironment.HasSidecar(configuration));
    }

    [Theory]
    [InlineData("DAPR_HTTP_PORT=http", "DAPR_HTTP_PORT: expected a port, 1 to 65535, got 'http'")]
    [InlineData("DAPR_HTTP_PORT=65536", "DAPR_HTTP_PORT: expected a port, 1 to 65535, got '65536'")]
    [InlineData("DAPR_HTTP_ENDPOINT=here", "DAPR_HTTP_ENDPOINT: expected http://HOST:PORT or https://HOST:PORT, got 'here'")]
    public void Address_EnvironmentIsWrong_SaysWhichVariable(string environment, string error) => Assert.Equal(
        error,
        Assert.Throws<FormatException>(() => SidecarEnvironment.HttpAddress(Configuration(environment))).Message);

    private static IConfiguration Configuration(string environment) => new ConfigurationBuilder()
        .AddInMemoryCollection(environment.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => (string?)v[1]))
        .Build();
}
