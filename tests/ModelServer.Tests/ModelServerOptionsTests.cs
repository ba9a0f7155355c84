using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Moodstream.ModelServer.Tests.Support;

namespace Moodstream.ModelServer.Tests;

public sealed class ModelServerOptionsTests
{
    [Fact]
    public void Create_Defaults_AreTheDocumentedOnes()
    {
        var options = new ModelServerOptions();

        Assert.Equal(("bert", "models/tweet-sentiment"), (options.ModelName, options.ModelBase));
        Assert.Equal(("127.0.0.1", 8500, 8501), (options.Bind, options.GrpcPort, options.RestPort));
        Assert.Equal((512, 4096, null), (options.MaxBatchTokens, options.Queue, options.Threads));
        Assert.Equal((16 << 20, 256L << 20, 1024), (options.MaxRequestBytes, options.MaxBytesInHand, options.MaxConnections));
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15)), (options.PollInterval, options.DrainTimeout));
        Assert.False(options.TensorContent);
    }

    [Theory]
    [InlineData("GrpcPort", 0, 65_535)]
    [InlineData("RestPort", 0, 65_535)]
    [InlineData("Threads", 1, 256)]
    [InlineData("MaxBatchTokens", 16, 65_536)]
    [InlineData("Queue", 1, 1_048_576)]
    [InlineData("MaxRequestBytes", 1024, 1 << 30)]
    [InlineData("MaxBytesInHand", 1024, 64L << 30)]
    [InlineData("MaxConnections", 1, 1_048_576)]
    public void Validate_OptionAtEachBound_SucceedsInsideAndNamesItOutside(string option, long least, long most)
    {
        AssertNamed(option, Text(least), true);
        AssertNamed(option, Text(most), true);
        AssertNamed(option, Text(least - 1), false);
        AssertNamed(option, Text(most + 1), false);
    }

    [Theory]
    [InlineData("PollInterval", "00:00:00.1", true)]
    [InlineData("PollInterval", "00:00:00.0999999", false)]
    [InlineData("PollInterval", "01:00:00", true)]
    [InlineData("PollInterval", "01:00:00.0000001", false)]
    [InlineData("DrainTimeout", "00:00:00", true)]
    [InlineData("DrainTimeout", "-00:00:00.0000001", false)]
    [InlineData("DrainTimeout", "01:00:00", true)]
    [InlineData("DrainTimeout", "01:00:00.0000001", false)]
    [InlineData("ModelName", "a b.c-ü", true)]
    [InlineData("ModelName", "", false)]
    [InlineData("ModelName", "a/b", false)]
    [InlineData("ModelName", "a:b", false)]
    [InlineData("ModelBase", "", false)]
    [InlineData("Bind", "", false)]
    public void Validate_OptionOfText_SucceedsInsideAndNamesItOutside(string option, string value, bool expected) =>
        AssertNamed(option, value, expected);

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("localhost", true)]
    [InlineData("*", true)]
    [InlineData("example.com", false)]
    [InlineData("http://127.0.0.1", false)]
    public async Task Start_Bind_IsAnAddress(string bind, bool expected) => Assert.Equal(
        expected ? null : $"The field Bind must be an IP address, localhost or *, not '{bind}'.",
        (await StartAsync(("Bind", bind)))?.Failures.Single());

    [Fact]
    public async Task Start_SeveralMistakes_NamesAllAtOnce()
    {
        var refusal = await StartAsync(
            ("Queue", "0"), ("Queu", "1"), ("MaxRequestBytes", "2048"), ("MaxBytesInHand", "2047"), ("GrpcPort", "9"), ("RestPort", "9"));

        Assert.Equal(4, refusal?.Failures.Count());
        Assert.Contains("RestPort must be another than GrpcPort, not 9 too", refusal!.Message, StringComparison.Ordinal);
        Assert.Contains("Moodstream:ModelServer:Queu is no option", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("MaxBytesInHand must be at least MaxRequestBytes (2048), not 2047", refusal.Message, StringComparison.Ordinal);
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static void AssertNamed(string option, string value, bool expected)
    {
        string? refusal = null;
        try
        {
            var options = new ConfigurationBuilder()
                .AddInMemoryCollection([KeyValuePair.Create<string, string?>(option, value)]).Build()
                .Get<ModelServerOptions>()!; // one option is bound
            refusal = new ModelServerOptionsValidator().Validate(null, options).FailureMessage;
        }
        catch (InvalidOperationException unbound)
        {
            refusal = unbound.Message;
        }

        Assert.Equal(expected, refusal is null);
        Assert.Contains(expected ? "" : option, refusal ?? "", StringComparison.Ordinal);
    }

    /// <summary>Starts a server, and gives what is said against its options.</summary>
    private static async Task<OptionsValidationException?> StartAsync(params (string Option, string Value)[] options)
    {
        using var folder = new ModelBase(1);
        try
        {
            await using var server = await ModelServerHost.StartAsync(
                folder.Path, options.ToDictionary(o => o.Option, o => (string?)o.Value));
            return null;
        }
        catch (OptionsValidationException refusal)
        {
            return refusal;
        }
    }
}
