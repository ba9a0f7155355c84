using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Moodstream.Rpc.Tests.Support;

namespace Moodstream.Rpc.Tests.Server;

public sealed class OptionsTests
{
    [Fact]
    public void ServerOptions_ByDefault_AreGrpcs()
    {
        var options = new RpcServerOptions();

        Assert.Equal(4 * 1024 * 1024, options.MaxReceiveBytes);
        Assert.Equal(int.MaxValue, options.MaxSendBytes);
        Assert.False(options.Gzip);
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(-1, 0, false)]
    [InlineData(0, -1, false)]
    public async Task ServerOptions_OutOfRange_StopTheStart(int receive, int send, bool valid)
    {
        var error = await Record.ExceptionAsync(async () =>
        {
            await using var server = await RpcTestServer.StartAsync(
                configure: options => (options.MaxReceiveBytes, options.MaxSendBytes) = (receive, send));
        });

        Assert.Equal(valid, error is null);
        Assert.True(valid || error is OptionsValidationException);
    }

    [Fact]
    public void AddRpc_Twice_AppliesBoth()
    {
        var services = new ServiceCollection();
        services.AddRpc(options => options.Gzip = true).AddRpc(options => options.MaxSendBytes = 1).AddRpc();

        var options = services.BuildServiceProvider().GetRequiredService<IOptions<RpcServerOptions>>().Value;

        Assert.Equal((true, 1), (options.Gzip, options.MaxSendBytes));
    }

    [Fact]
    public void ListenOptions_OutOfRange_AreRefused()
    {
        RpcListenOptions[] wrong =
        [
            new() { PrefaceTimeout = TimeSpan.Zero },
            new() { IdleTimeout = TimeSpan.Zero },
            new() { HeadersTimeout = TimeSpan.Zero },
            new() { MinBytesPerSecond = 0 },
            new() { DataGracePeriod = TimeSpan.FromSeconds(1) },
        ];

        Assert.All(wrong, options => Assert.Throws<ArgumentOutOfRangeException>(
            () => new KestrelServerOptions().ListenRpc(new IPEndPoint(IPAddress.Loopback, 0), options)));
    }

    [Fact]
    public void ListenOptions_ByDefault_SetTheServersLimits()
    {
        var kestrel = new KestrelServerOptions();

        kestrel.ListenRpc(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Equal(TimeSpan.FromSeconds(130), kestrel.Limits.KeepAliveTimeout);
        Assert.Equal(TimeSpan.FromSeconds(10), kestrel.Limits.RequestHeadersTimeout);
        Assert.Equal(240, kestrel.Limits.MinRequestBodyDataRate?.BytesPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(5), kestrel.Limits.MinResponseDataRate?.GracePeriod);
    }
}
