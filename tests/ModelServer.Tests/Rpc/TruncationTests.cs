using Microsoft.Extensions.Logging;
using Moodstream.ModelServer.Tests.Support;

namespace Moodstream.ModelServer.Tests.Rpc;

/// <summary>Every golden request, cut at every byte, is answered with a status that blames the request.</summary>
public sealed class TruncationTests : IClassFixture<TinyServer>
{
    // OK where what is left is a request; NOT_FOUND and FAILED_PRECONDITION where a name or version is cut.
    private static readonly string[] Blaming = ["0", "3", "5", "9", "13"];

    private readonly TinyServer _tiny;

    public TruncationTests(TinyServer tiny) => _tiny = tiny;

    public static TheoryData<string> Files => ["predict_request.json", "metadata.json", "status.json"];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Call_GoldenCutAnywhere_IsAnsweredAndNothingIsLoggedAsAnError(string file)
    {
        using var call = new RawCall();
        var statuses = new HashSet<string>();

        foreach (var golden in WireGolden.Read(file).Where(g => g.Json.TryGetProperty("method", out _)))
        {
            var method = new Uri(_tiny.Server.GrpcAddress, golden.Json.GetProperty("method").GetString()); // just asked for
            var bytes = golden.Bytes;
            await Parallel.ForAsync(0, bytes.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (length, token) =>
            {
                var status = await call.StatusAsync(method, bytes.AsMemory(0, length), cancellationToken: token);
                Assert.True(Blaming.Contains(status), $"{golden.Name} cut at {length}: grpc-status {status}");
                lock (statuses)
                {
                    statuses.Add(status);
                }
            });
        }

        Assert.Contains("13", statuses);
        Assert.DoesNotContain(_tiny.Server.Logs.Lines.Items, line => line.Level >= LogLevel.Error);
    }
}
