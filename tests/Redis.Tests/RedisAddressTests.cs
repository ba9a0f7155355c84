namespace Moodstream.Redis.Tests;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("localhost", "localhost", 6379, false, null, null, 0)]
    [InlineData("localhost:6380", "localhost", 6380, false, null, null, 0)]
    [InlineData("redis://10.0.0.1", "10.0.0.1", 6379, false, null, null, 0)]
    [InlineData("redis://cache:7000/3", "cache", 7000, false, null, null, 3)]
    [InlineData("redis://cache/", "cache", 6379, false, null, null, 0)]
    [InlineData("rediss://:p%40ss@cache:6380", "cache", 6380, true, null, "p@ss", 0)]
    [InlineData("rediss://relay:a:b@cache", "cache", 6379, true, "relay", "a:b", 0)]
    [InlineData("redis://[::1]:6379", "::1", 6379, false, null, null, 0)]
    public void TryParse_Address_TakesItApart(
        string text, string host, int port, bool tls, string? user, string? password, int database)
    {
        Assert.True(RedisAddress.TryParse(text, out var address));
        Assert.Equal(
            new RedisAddress
            {
                Host = host,
                Port = port,
                UseTls = tls,
                Username = user,
                Password = password,
                Database = database,
            },
            address);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("http://localhost:6379")]
    [InlineData("redis://")]
    [InlineData("redis://localhost:0")]
    [InlineData("redis://localhost:70000")]
    [InlineData("redis://secret@localhost")]
    [InlineData("redis://localhost/x")]
    [InlineData("redis://localhost/-1")]
    [InlineData("redis://localhost/0?timeout=1")]
    [InlineData("redis://localhost#a")]
    public void TryParse_AnythingElse_IsRefused(string? text)
    {
        Assert.False(RedisAddress.TryParse(text, out _));
        Assert.Throws<FormatException>(() => RedisAddress.Parse(text));
    }

    [Fact]
    public void ToString_WithAPassword_DoesNotTellIt()
    {
        var address = RedisAddress.Parse("rediss://relay:secret@cache:6380/2");

        Assert.Equal("rediss://cache:6380/2", address.ToString());
        Assert.DoesNotContain("secret", Assert.Throws<FormatException>(() => RedisAddress.Parse("redis://:secret@h/x")).Message);
    }
}
