using System.Net;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests;

/// <summary>
/// HTTP_PROXY is for the world outside. .NET reads it once in a process, so this sets what it is read into, while no other test runs.
/// </summary>
[CollectionDefinition(nameof(ProxyTests), DisableParallelization = true)]
[Collection(nameof(ProxyTests))]
public sealed class ProxyTests
{
    [Fact]
    public async Task Publish_ProxyOfTheEnvironment_IsNotUsed()
    {
        await using var sidecar = await FakeSidecar.StartAsync();
        await using var harness = await SidecarHarness.StartAsync(sidecar.Address);
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(Some.NoSidecar);
        try
        {
            var results = await harness.Publisher.PublishAsync("t", Some.Events(1), default).DefaultTimeout();

            Assert.True(Assert.Single(results).Succeeded, results[0].Error);
            using var asked = new HttpClient();
            await Assert.ThrowsAsync<HttpRequestException>(() => asked.GetAsync(sidecar.Address).DefaultTimeout());
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }
}
