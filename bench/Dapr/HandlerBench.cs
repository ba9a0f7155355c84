using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Moodstream.Bench.Rounds;
using Moodstream.Classifier;
using Moodstream.Classifier.Inference;
using Moodstream.Contracts;
using Moodstream.ServiceDefaults;
using Moodstream.Sidecar;

namespace Moodstream.Bench.Dapr;

/// <summary>
/// The classifier's own part of a delivery: from the sidecar's call to the answer, with a model and a broker that
/// answer at once.
/// </summary>
internal sealed class HandlerBench(BenchContext context) : IAsyncDisposable
{
    private const int Deliveries = 20_000;
    private const int Concurrency = 128;

    private readonly BenchPrograms _programs = new();

    /// <summary>Most deliveries a second, closed loop, and the seconds of each at half of that, open loop.</summary>
    public async Task<(double MostPerSecond, Spread HalfLoad)> RunAsync(CancellationToken cancellationToken)
    {
        var classifier = await StartClassifierAsync(await _programs.StartSidecarAsync());
        var events = context.Posts.Texts.Select((text, i) => Event(i, text)).ToArray();
        await ClosedAsync(classifier, events, Deliveries / 4, cancellationToken);
        var most = await ClosedAsync(classifier, events, Deliveries, cancellationToken);
        return (most, new Spread(await OpenAsync(classifier, events, most / 2, cancellationToken)));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _programs.DisposeAsync();

    private async Task<double> ClosedAsync(Uri to, byte[][] events, int count, CancellationToken cancellationToken)
    {
        var next = -1;
        var start = context.Clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Concurrency).Select(_ => Task.Run(
            async () =>
            {
                for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
                {
                    await DeliverAsync(to, events[i % events.Length], cancellationToken);
                }
            },
            cancellationToken)));
        return count / context.Clock.GetElapsedTime(start).TotalSeconds;
    }

    private async Task<double[]> OpenAsync(Uri to, byte[][] events, double rate, CancellationToken cancellationToken)
    {
        var start = context.Clock.GetTimestamp();
        var calls = new List<Task<double>>(Deliveries);
        using var underWay = new SemaphoreSlim(Concurrency);
        for (var i = 0; i < Deliveries; i++)
        {
            var due = TimeSpan.FromSeconds(i / rate);
            var early = due - context.Clock.GetElapsedTime(start);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, context.Clock, cancellationToken);
            }

            calls.Add(TimeAsync(events[i % events.Length]));
        }

        return await Task.WhenAll(calls);

        // From the call on, not from the schedule: how late this very loop is, and what waits because a sidecar has no
        // more than its concurrency under way, is not the handler's.
        async Task<double> TimeAsync(byte[] delivered)
        {
            await underWay.WaitAsync(cancellationToken);
            try
            {
                var called = context.Clock.GetTimestamp();
                await DeliverAsync(to, delivered, cancellationToken);
                return context.Clock.GetElapsedTime(called).TotalSeconds;
            }
            finally
            {
                underWay.Release();
            }
        }
    }

    private async Task DeliverAsync(Uri to, byte[] delivered, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(delivered);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json");
        using var answer = await _programs.Client.PostAsync(to, content, cancellationToken);
        var body = await answer.Content.ReadAsStringAsync(cancellationToken);
        if (answer.StatusCode is not HttpStatusCode.OK || !body.Contains("SUCCESS", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"a delivery was answered with {(int)answer.StatusCode}: {body}");
        }
    }

    private async Task<Uri> StartClassifierAsync(Uri sidecar)
    {
        var builder = BenchPrograms.App(sidecar);
        builder.Services.AddSingleton(new ScoringModel
        {
            Folder = new ModelVersion("instant", 1),
            Labels = ["negative", "neutral", "positive"],
            MaxTokens = 128,
            Encode = context.Model.Encoder.Encode,
            Inference = new InstantModel(),
            Calls = 2,
        });
        builder.AddServiceDefaults();
        builder.AddClassifier();
        var program = builder.Build();
        program.MapSidecar();
        var address = await _programs.StartAsync(program);
        using var subscriptions = JsonDocument.Parse(await _programs.Client.GetStringAsync(new Uri(address, "/dapr/subscribe")));
        return new Uri(address, subscriptions.RootElement[0].GetProperty("route").GetString());
    }

    // As a sidecar delivers it: recording 04h-kill9 in tests/data/dapr-traces.
    private static byte[] Event(int number, string text)
    {
        var post = new Post
        {
            Id = $"bench:{number}",
            Source = "file",
            Text = text,
            CreatedAt = DateTimeOffset.UnixEpoch,
            ReceivedAt = DateTimeOffset.UnixEpoch,
        };
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("data");
            JsonSerializer.Serialize(json, post, ContractsJson.Wire.Post);
            json.WriteString("datacontenttype", "application/json");
            json.WriteString("id", post.Id);
            json.WriteString("pubsubname", Components.Messages);
            json.WriteString("source", Apps.Ingestor);
            json.WriteString("specversion", "1.0");
            json.WriteString("time", "2026-01-02T03:04:05Z");
            json.WriteString("topic", Topics.Raw);
            json.WriteString("traceid", "");
            json.WriteString("traceparent", "");
            json.WriteString("tracestate", "");
            json.WriteString("type", "moodstream.post");
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private sealed class InstantModel : IInference
    {
        public Task<InferenceAnswer> InferAsync(InferenceBatch batch, CancellationToken cancellationToken)
        {
            batch.ProbabilitiesBC.Span.Fill(1f / 3);
            return Task.FromResult(InferenceAnswer.Scored(new ModelVersion("instant", 1)));
        }

        public void Dispose()
        {
        }
    }
}
