using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Moodstream.Rpc.Client;
using Moodstream.Rpc.Tests.Support;

namespace Moodstream.Rpc.Tests.Client;

public sealed class ChannelTests
{
    [Fact]
    public async Task Call_OverTls_TrustsTheAuthorityGivenAndNoOther()
    {
        using var certificate = SelfSigned();
        using var other = SelfSigned();
        await using var server = await RpcTestServer.StartAsync(
            listen: new RpcListenOptions { Certificate = certificate });
        using var trusting = server.Connect(new RpcChannelOptions { RootCertificates = [certificate] });
        using var distrusting = server.Connect(new RpcChannelOptions { RootCertificates = [other] });

        var answer = await trusting.EchoAsync();
        var error = await distrusting.FailAsync();

        Assert.Equal("https", server.Address.Scheme);
        Assert.Equal(3, answer.Value.Length);
        Assert.Equal(StatusCode.Unavailable, error.Code);
    }

    [Fact]
    public async Task Call_ConnectionThatIsNeverMade_IsUnavailable()
    {
        await using var silent = new ScriptedServer(_ => Task.CompletedTask);
        var address = new UriBuilder(silent.Address) { Scheme = Uri.UriSchemeHttps }.Uri;
        using var channel = new RpcChannel(
            address, new RpcChannelOptions { ConnectTimeout = TimeSpan.FromMilliseconds(100) });

        var error = await channel.FailAsync();

        Assert.Equal(StatusCode.Unavailable, error.Code);
    }

    [Fact]
    public async Task Call_ProxyInTheEnvironment_IsNotUsed()
    {
        const string Variable = "http_proxy";
        var before = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, "http://127.0.0.1:1");
        try
        {
            await using var server = await RpcTestServer.StartAsync();
            using var channel = server.Connect();

            var answer = await channel.EchoAsync();

            Assert.Equal(3, answer.Value.Length);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, before);
        }
    }

    [Fact]
    public void Handler_OfAChannel_TakesNothingFromTheEnvironmentAndKeepsNothing()
    {
        using var handler = ChannelHandler.Create(new RpcChannelOptions());

        Assert.False(handler.UseProxy);
        Assert.False(handler.UseCookies);
        Assert.False(handler.AllowAutoRedirect);
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
        Assert.True(handler.EnableMultipleHttp2Connections);
        Assert.Equal(TimeSpan.FromSeconds(5), handler.ConnectTimeout);
        Assert.Equal(HttpKeepAlivePingPolicy.WithActiveRequests, handler.KeepAlivePingPolicy);
    }

    [Fact]
    public async Task Call_OnTheWire_IsARequestAsSpecified()
    {
        var request = new TaskCompletionSource<(string Method, string Path, HeaderDictionary Headers)>();
        await using var server = await RpcTestServer.StartAsync(map: app => app.MapPost("/a.B/Get", http =>
        {
            var headers = new HeaderDictionary();
            foreach (var (name, value) in http.Request.Headers)
            {
                headers[name] = value;
            }

            request.SetResult((http.Request.Method, http.Request.Path.Value!, headers));
            return Task.CompletedTask;
        }));
        var method = new RpcMethod<Health.HealthCheckRequest, Health.HealthCheckResponse>(
            "a.B", "Get", Health.HealthCheckRequest.Parser, Health.HealthCheckResponse.Parser);
        using var channel = server.Connect(new RpcChannelOptions { Gzip = true });
        var metadata = new RpcMetadata { { "key", "value" } };
        metadata.AddBinary("key-bin", [1]);

        var call = channel.CallAsync(
            method,
            new Health.HealthCheckRequest(),
            new RpcCallOptions { Metadata = metadata, Timeout = TimeSpan.FromSeconds(30) });
        var (verb, path, headers) = await request.Task.DefaultTimeout();
        await Assert.ThrowsAsync<RpcException>(() => call).DefaultTimeout();

        Assert.Equal(("POST", "/a.B/Get"), (verb, path));
        Assert.Equal("application/grpc", headers["content-type"]);
        Assert.Equal("trailers", headers["te"]);
        Assert.Equal("gzip", headers["grpc-encoding"]);
        Assert.Equal("identity,gzip", headers["grpc-accept-encoding"]);
        Assert.Equal("30000000u", headers["grpc-timeout"]);
        Assert.StartsWith("grpc-moodstream/", headers["user-agent"].ToString(), StringComparison.Ordinal);
        Assert.Equal("value", headers["key"]);
        Assert.Equal("AQ", headers["key-bin"]);
    }

    [Theory]
    [InlineData("ftp://host")]
    [InlineData("http://host/path")]
    [InlineData("http://host/?query")]
    [InlineData("http://user@host")]
    [InlineData("/relative")]
    public void New_AddressOfNoServer_IsRefused(string address)
    {
        Assert.Throws<ArgumentException>(() => new RpcChannel(new Uri(address, UriKind.RelativeOrAbsolute)));
    }

    [Fact]
    public void New_OptionOutOfRange_IsRefused()
    {
        RpcChannelOptions[] wrong =
        [
            new() { MaxReceiveBytes = -1 },
            new() { MaxSendBytes = -1 },
            new() { ConnectTimeout = TimeSpan.Zero },
        ];

        Assert.All(wrong, options => Assert.Throws<ArgumentOutOfRangeException>(
            () => new RpcChannel(new Uri("http://host"), options)));
    }

    [Fact]
    public void New_OptionsAtTheirBounds_AreTaken()
    {
        var options = new RpcChannelOptions
        {
            MaxReceiveBytes = 0,
            MaxSendBytes = 0,
            ConnectTimeout = TimeSpan.FromMilliseconds(1),
        };

        using var channel = new RpcChannel(new Uri("https://host:8500/"), options);

        Assert.Equal(4 * 1024 * 1024, new RpcChannelOptions().MaxReceiveBytes);
        Assert.Equal(int.MaxValue, new RpcChannelOptions().MaxSendBytes);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
