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
    public async Task Serve_EveryOption_ReachesTheServer()
    {
        using var folder = new TemporaryFolder();
        using var serve = new MoodstreamProcess(
            folder.Path, "serve", "--model-name", "mine", "--model-base", Repository.Data("tiny-bert"), "--bind", "127.0.0.2",
            "--grpc-port", "0", "--rest-port", "0", "--max-batch-tokens", "16", "--queue", "2", "--threads", "1");
        var greeting = await serve.LineWithAsync("Moodstream serves mine version 1: gRPC http://127.0.0.2:");
        using var channel = new RpcChannel(new Uri(GrpcAddress().Match(greeting).Groups[1].Value));
        var page = new Uri(new Uri(RestAddress().Match(greeting).Groups[1].Value), "/monitoring/prometheus/metrics");

        await channel.CallAsync(TensorFlowServingMethods.Predict, Ids("mine", 2, 12)).DefaultTimeout();
        var tooMany = await Assert.ThrowsAsync<RpcException>(
            () => channel.CallAsync(TensorFlowServingMethods.Predict, Ids("mine", 3, 12)).DefaultTimeout());
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(page).DefaultTimeout();

        Assert.Equal("Task size 3 is larger than maximum input batch size 2", tooMany.Detail);
        Assert.Contains("\nmoodstream_modelserver_batch_tokens_count 2\n", metrics, StringComparison.Ordinal); // 12 ids and 12 ids
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
    [InlineData("--bind", "203.0.113.9", "cannot listen on 203.0.113.9, ports 0 and 0: ")] // nobody's address (RFC 5737)
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

    private static PredictRequest Ids(string model, int sequences, int length)
    {
        var ones = new int[sequences * length];
        Array.Fill(ones, 1);
        var tensor = TensorWriter.Of(ones, TensorEncoding.Content, sequences, length);
        return new PredictRequest
        {
            ModelSpec = new ModelSpec { Name = model },
            Inputs =
            {
                [PredictSignature.InputIds] = tensor,
                [PredictSignature.InputMask] = tensor,
                [PredictSignature.SegmentIds] = tensor,
            },
        };
    }

    [GeneratedRegex("gRPC (http://[^,]+),")]
    private static partial Regex GrpcAddress();

    [GeneratedRegex("REST (http://[^ ]+) ")]
    private static partial Regex RestAddress();
}
