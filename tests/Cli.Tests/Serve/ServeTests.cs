using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.Cli.Tests.Serve;

/// <summary>`moodstream serve` as a process, from the command line to an answer.</summary>
public sealed partial class ServeTests
{
    [Fact]
    public async Task Serve_BundledModel_AnswersAndEndsWhenToldTo()
    {
        using var folder = new TemporaryFolder();
        using var serve = new MoodstreamProcess(folder.Path, "serve", "--grpc-port", "0", "--rest-port", "0");
        var greeting = await serve.LineWithAsync("Moodstream serves bert version 1");
        using var channel = new RpcChannel(new Uri(GrpcAddress().Match(greeting).Groups[1].Value));

        var response = await channel.CallAsync(TensorFlowServingMethods.Predict, Texts("I love this!", "I HATE this.")).DefaultTimeout();
        serve.Terminate();

        Assert.Equal(["positive", "negative"], response.Outputs[PredictSignature.Labels].StringVal.Select(l => l.ToStringUtf8()));
        Assert.Equal(0, await serve.ExitCodeAsync());
    }

    [Fact]
    public async Task Serve_NoSuchFolder_SaysSoAndEndsWithTwo()
    {
        using var folder = new TemporaryFolder();

        using var serve = new MoodstreamProcess(folder.Path, "serve", "--model-base", "nowhere", "--grpc-port", "0", "--rest-port", "0");

        Assert.Equal(2, await serve.ExitCodeAsync());
        Assert.StartsWith("moodstream: model base nowhere: ", await serve.ErrorsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_PortIsTaken_SaysWhichAndEndsWithTwo()
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        using var serve = new MoodstreamProcess(folder.Path, "serve", "--grpc-port", $"{port}", "--rest-port", "0");

        Assert.Equal(2, await serve.ExitCodeAsync());
        Assert.Contains($"127.0.0.1:{port}", await serve.ErrorsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--grpc-port", "70000", "expected 0 to 65535, found 70000")]
    [InlineData("--queue", "0", "expected 1 to 1048576, found 0")]
    [InlineData("--threads", "many", "many")]
    [InlineData("--max-batch-tokens", "1.5", "1.5")]
    public async Task Serve_OptionOutOfRange_EndsWithOne(string option, string value, string words)
    {
        using var folder = new TemporaryFolder();

        using var serve = new MoodstreamProcess(folder.Path, "serve", option, value);

        Assert.Equal(1, await serve.ExitCodeAsync());
        Assert.Contains(words, await serve.ErrorsAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--bind", "nowhere", "Bind must be an IP address")]
    [InlineData("--model-name", "a/b", "ModelName must hold no '/'")]
    public async Task Serve_OptionThatCannotBe_EndsWithTwo(string option, string value, string words)
    {
        using var folder = new TemporaryFolder();

        using var serve = new MoodstreamProcess(folder.Path, "serve", "--grpc-port", "0", "--rest-port", "0", option, value);

        Assert.Equal(2, await serve.ExitCodeAsync());
        Assert.Contains(words, await serve.ErrorsAsync(), StringComparison.Ordinal);
    }

    private static PredictRequest Texts(params string[] texts) => new()
    {
        ModelSpec = new ModelSpec { Name = "bert", SignatureName = PredictSignature.Texts },
        Inputs = { [PredictSignature.InputTexts] = TensorWriter.Of([.. texts.Select(ByteString.CopyFromUtf8)], texts.Length) },
    };

    [GeneratedRegex("gRPC (http://[^,]+),")]
    private static partial Regex GrpcAddress();
}
