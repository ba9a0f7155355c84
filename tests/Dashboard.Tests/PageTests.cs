using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Moodstream.Dashboard.Page;

namespace Moodstream.Dashboard.Tests;

/// <summary>The page's files and the headers around them.</summary>
public sealed partial class PageTests
{
    // A name, never fetched.
    private const string SvgNamespace = "http://www.w3.org/2000/svg";

    [Fact]
    public async Task Get_Page_HasAStrictPolicyAndIsNeverSniffed()
    {
        await using var host = await DashboardHost.StartAsync();
        using var client = host.CreateClient();

        using var response = await client.GetAsync("/").DefaultTimeout();

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        var policy = string.Join(';', response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/assets/app.js")]
    [InlineData("/assets/base.css")]
    [InlineData("/assets/icon.svg")]
    public async Task Get_Again_IsNotModified(string path)
    {
        await using var host = await DashboardHost.StartAsync();
        using var client = host.CreateClient();
        using var first = await client.GetAsync(path).DefaultTimeout();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await client.SendAsync(request).DefaultTimeout();

        Assert.False(first.Headers.ETag!.IsWeak);
        Assert.True(first.Headers.CacheControl!.NoCache);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Head_Page_HasItsLengthAndNoBody()
    {
        await using var host = await DashboardHost.StartAsync();
        using var client = host.CreateClient();

        using var response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/")).DefaultTimeout();

        Assert.Equal(WebFile.LoadAll()["index.html"].Content.Length, response.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("/assets/none.js")]
    [InlineData("/assets/index.html")]
    [InlineData("/assets/..%2f..%2fetc%2fpasswd")]
    [InlineData("/assets/")]
    public async Task Get_NoSuchFile_IsNotFound(string path)
    {
        await using var host = await DashboardHost.StartAsync();
        using var client = host.CreateClient();

        using var response = await client.GetAsync(path).DefaultTimeout();

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost.evil.example:5080", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost:5080", HttpStatusCode.OK)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]:5080", HttpStatusCode.OK)]
    public async Task Get_OverLoopback_IsForThisMachinesNamesOnly(string hostHeader, HttpStatusCode expected)
    {
        await using var host = await DashboardHost.StartAsync();

        Assert.Equal(expected, await GetStatusAsync(host, "/api/state", hostHeader));
        Assert.Equal(expected, await GetStatusAsync(host, "/", hostHeader));
    }

    [Theory]
    [InlineData("*", HttpStatusCode.OK)]
    [InlineData("localhost; mood.example", HttpStatusCode.OK)]
    [InlineData("*.example", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.MisdirectedRequest)]
    public async Task Get_HostAllowedByOption_IsServed(string allowed, HttpStatusCode expected)
    {
        await using var host = await DashboardHost.StartAsync(options: ("AllowedHosts", allowed));

        Assert.Equal(expected, await GetStatusAsync(host, "/", "mood.example"));
    }

    [Fact]
    public void Files_HoldNothingInlineAndNothingFromElsewhere()
    {
        foreach (var (name, file) in WebFile.LoadAll())
        {
            var text = Encoding.UTF8.GetString(file.Content);
            Assert.DoesNotMatch(Inline(), text);
            Assert.DoesNotMatch(FromElsewhere(), text.Replace(SvgNamespace, "", StringComparison.Ordinal));
            Assert.False(MarkupFromText().IsMatch(text), $"{name} makes markup from text");
        }
    }

    [Fact]
    public void Files_NameOnlyFilesThatAreThere()
    {
        var files = WebFile.LoadAll();

        var named = files.Values
            .SelectMany(file => Named().Matches(Encoding.UTF8.GetString(file.Content)))
            .Select(match => match.Groups[1].Value)
            .ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, files.Keys));
    }

    private static async Task<HttpStatusCode> GetStatusAsync(DashboardHost host, string path, string hostHeader)
    {
        using var client = host.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = hostHeader;
        using var response = await client.SendAsync(request).DefaultTimeout();
        return response.StatusCode;
    }

    [GeneratedRegex("""<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+="|javascript:""")]
    private static partial Regex Inline();

    [GeneratedRegex("""(https?:)?//[a-z0-9-]+\.[a-z]""")]
    private static partial Regex FromElsewhere();

    [GeneratedRegex("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function")]
    private static partial Regex MarkupFromText();

    [GeneratedRegex("""(?:/assets/|from '\./)([a-z-]+\.[a-z]+)""")]
    private static partial Regex Named();
}
