using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Sidecar;

namespace Moodstream.Deployment.Tests;

/// <summary>Which building blocks a program gets.</summary>
public sealed class BuildingBlocksTests
{
    [Theory]
    [InlineData(null, null, null, false)]
    [InlineData(null, "3500", null, true)]
    [InlineData(null, null, "http://sidecar:3500", true)]
    [InlineData("inprocess", "3500", null, false)]
    [InlineData("InProcess", null, null, false)]
    [InlineData("dapr", null, null, true)]
    [InlineData("Dapr", "3500", null, true)]
    [InlineData("", "3500", null, true)]
    public async Task AddBuildingBlocks_Choice_IsTheConfigurationsElseTheEnvironments(
        string? chosen, string? httpPort, string? httpEndpoint, bool dapr)
    {
        await using var app = Build(
            ("Moodstream:BuildingBlocks", chosen), ("DAPR_HTTP_PORT", httpPort), ("DAPR_HTTP_ENDPOINT", httpEndpoint));

        Assert.Equal(
            dapr ? "SidecarPublisher" : "InProcessBroker", app.Services.GetRequiredService<IPublisher>().GetType().Name);
        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Select(e => e.RoutePattern.RawText);
        Assert.Equal(dapr, routes.Contains("/dapr/subscribe"));
    }

    [Fact]
    public void AddBuildingBlocks_AnotherChoice_SaysWhatThereIs()
    {
        var error = Assert.Throws<FormatException>(() => Build(("Moodstream:BuildingBlocks", "kafka")));

        Assert.Equal("Moodstream:BuildingBlocks: expected dapr or inprocess, got 'kafka'", error.Message);
    }

    [Theory]
    [InlineData("5101", null, "http://127.0.0.1:5101")]
    [InlineData("5101", "http://0.0.0.0:80", "http://0.0.0.0:80")]
    [InlineData(null, "http://0.0.0.0:80", "http://0.0.0.0:80")]
    [InlineData(null, null, null)]
    public void AddBuildingBlocks_OverDapr_ListensWhereTheSidecarLooks(string? appPort, string? urls, string? expected)
    {
        var builder = Builder(("DAPR_HTTP_PORT", "3500"), ("APP_PORT", appPort), ("urls", urls));

        builder.AddBuildingBlocks();

        Assert.Equal(expected, builder.WebHost.GetSetting("urls"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("http")]
    public void AddBuildingBlocks_AppPortIsNone_SaysSo(string appPort)
    {
        var error = Assert.Throws<FormatException>(() => Build(("DAPR_HTTP_PORT", "3500"), ("APP_PORT", appPort)));

        Assert.StartsWith("APP_PORT: expected a port", error.Message, StringComparison.Ordinal);
    }

    private static WebApplication Build(params (string Key, string? Value)[] settings)
    {
        var builder = Builder(settings);
        builder.AddBuildingBlocks();
        var app = builder.Build();
        app.MapBuildingBlocks();
        return app;
    }

    private static WebApplicationBuilder Builder(params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, s.Value)));
        return builder;
    }
}
