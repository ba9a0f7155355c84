using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Moodstream.ServiceDefaults;

namespace Moodstream.Classifier.Tests;

public sealed class ServiceDefaultsTests
{
    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Health_InEveryEnvironment_Answers(string environment)
    {
        await using var app = await StartAsync(environment, HealthCheckResult.Healthy());

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/health/live"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/health/ready"));
    }

    [Fact]
    public async Task Health_ACheckIsUnhealthy_LivesAndIsNotReady()
    {
        await using var app = await StartAsync("Production", HealthCheckResult.Unhealthy());

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/health/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(app, "/health/ready"));
    }

    [Fact]
    public async Task Health_ACheckIsDegraded_IsReady()
    {
        await using var app = await StartAsync("Production", HealthCheckResult.Degraded());

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/health/ready"));
    }

    [Fact]
    public void CreateBuilder_SettingsFiles_AreReadAndNotWatched()
    {
        var builder = ServiceProgram.CreateBuilder(["--urls=http://127.0.0.1:0"]);

        var files = builder.Configuration.Sources.OfType<FileConfigurationSource>().ToList();
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, f => f.ReloadOnChange);
        Assert.Equal("http://127.0.0.1:0", builder.Configuration["urls"]);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("Information", true)]
    public async Task AddServiceDefaults_Requests_AreLoggedOnlyWhenAskedFor(string? level, bool expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        if (level is not null)
        {
            builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore"] = level;
        }

        builder.AddServiceDefaults();
        await using var app = builder.Build();

        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.AspNetCore.Hosting.Diagnostics");

        Assert.Equal(expected, log.IsEnabled(LogLevel.Information));
        Assert.True(app.Logger.IsEnabled(LogLevel.Information));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("http://127.0.0.1:4317", true)]
    public void AddServiceDefaults_Telemetry_OnlyWithAnEndpoint(string? endpoint, bool expected)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            [KeyValuePair.Create("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]);

        builder.AddServiceDefaults();

        Assert.Equal(expected, builder.Services.Any(
            d => d.ServiceType.FullName!.StartsWith("OpenTelemetry.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Start_WithAnEndpointNobodyListensOn_StartsAndStops()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            [KeyValuePair.Create<string, string?>("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")]);
        builder.AddServiceDefaults();
        using var host = builder.Build();

        await host.StartAsync().DefaultTimeout();
        await host.StopAsync().DefaultTimeout();
    }

    private static async Task<WebApplication> StartAsync(string environment, HealthCheckResult ready)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { EnvironmentName = environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults();
        builder.Services.AddHealthChecks()
            .AddCheck("check", () => ready, [ServiceDefaultsExtensions.ReadyTag]);
        var app = builder.Build();
        app.MapDefaultEndpoints();
        await app.StartAsync().DefaultTimeout();
        return app;
    }

    private static async Task<HttpStatusCode> StatusAsync(WebApplication app, string path)
    {
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var response = await client.GetAsync(path).DefaultTimeout();
        return response.StatusCode;
    }
}
