using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Moodstream.Classifier.Tests.Inference;
using Moodstream.Contracts;
using Moodstream.Sidecar;

namespace Moodstream.Classifier.Tests;

/// <summary>
/// The classifier as an app beside a sidecar whose answers a test writes: what another producer wrote, or what broke on
/// the way, is answered only once its rejection is known to be published, and never ends any other way.
/// </summary>
public sealed class ClassifierOverSidecarTests : IAsyncLifetime, IDisposable
{
    private const string Attributes = "\"source\":\"s\",\"type\":\"t\",\"pubsubname\":\"messages\",\"topic\":\"tweets.raw\"";

    // The form of X API v2: GET /2/tweets/:id without fields, and a line of a filtered stream
    // (https://docs.x.com/x-api/posts/get-post-by-id, https://docs.x.com/x-api/stream/stream-filtered-posts).
    private const string Tweet =
        """{"data":{"edit_history_tweet_ids":["1346889436626259968"],"id":"1346889436626259968","text":"good morning"}}""";

    private const string StreamedTweet =
        """{"data":{"edit_history_tweet_ids":["1346889436626259968"],"id":"1346889436626259968","text":"tea"},"matching_rules":[{"id":"1166916266197536768","tag":"drinks"}]}""";

    private const string Post =
        """{"id":"x:1","source":"x","text":"hi","createdAt":"2026-01-02T03:04:05Z","receivedAt":"2026-01-02T03:04:06Z"}""";

    private FakeSidecar _sidecar = null!; // started before each test
    private FakeModel _model = null!; // likewise
    private WebApplication _app = null!; // likewise
    private HttpClient _http = null!; // likewise

    /// <summary>Each delivery: the topic it ends in, its id there, and what the rejection says.</summary>
    public static TheoryData<string, string, string, string> Deliveries => new()
    {
        { $$"""{"data":{{Post}},"specversion":"1.0",{{Attributes}}}""", Topics.Rejected, "unidentified:", "not a post: " },
        {
            $$"""{"id":"x:1","data_base64":"AAH/","specversion":"1.0",{{Attributes}}}""",
            Topics.Rejected, "x:1", "not a post: "
        },
        {
            $$"""{"id":"x:1","data":{{Post}},"specversion":"0.3",{{Attributes}}}""",
            Topics.Rejected, "x:1", "not a post: "
        },
        {
            $$"""{"id":"x:1","data":"hi","datacontenttype":"text/plain","specversion":"1.0",{{Attributes}}}""",
            Topics.Rejected, "x:1", "not a post: "
        },
        { Tweet, Topics.Rejected, "unidentified:", "not a post: " },
        { StreamedTweet, Topics.Rejected, "unidentified:", "not a post: " },
        { "good morning", Topics.Rejected, "unidentified:", "not a post: " },
        { Post, Topics.Scored, "x:1@3", "" }, // one of ours by another way: nothing about it is wrong
    };

    public async Task InitializeAsync()
    {
        _sidecar = await FakeSidecar.StartAsync();
        await StartAsync(TimeProvider.System, publishAttempts: 3);
    }

    private async Task StartAsync(TimeProvider time, int publishAttempts)
    {
        _model = new FakeModel();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration[SidecarEnvironment.HttpEndpointKey] = _sidecar.Address.ToString();
        builder.Configuration["Moodstream:Sidecar:PublishPause"] = "00:00:00.001";
        builder.Configuration["Moodstream:Sidecar:PublishAttempts"] = $"{publishAttempts}";
        builder.Configuration["Moodstream:Sidecar:GracePeriod"] = "00:10:00";
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(_ => _model.Model());
        builder.AddSidecarBuildingBlocks();
        builder.AddClassifier();
        _app = builder.Build();
        _app.MapSidecar();
        await _app.StartAsync().DefaultTimeout();
        await _model.Answered.WhenCount(1).DefaultTimeout(); // the control post
        _http = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync().DefaultTimeout();
        await _app.DisposeAsync();
        await _sidecar.DisposeAsync();
    }

    public void Dispose() => _http.Dispose();

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task Deliver_WhatOthersWrote_IsAnsweredOnceItsResultIsPublished(
        string body, string topic, string id, string detail)
    {
        var taken = new TaskCompletionSource();
        _sidecar.Answer = async (_, context) =>
        {
            await taken.Task;
            context.Response.StatusCode = 204;
        };

        var delivery = DeliverAsync(body);
        await _sidecar.Calls.WhenCount(1).DefaultTimeout();
        using (await _http.GetAsync(new Uri("/healthz", UriKind.Relative)).DefaultTimeout())
        {
            // An answer that did not wait for the sidecar's would be here by now as well.
            Assert.False(delivery.IsCompleted);
        }

        taken.SetResult();

        Assert.Equal("""{"status":"SUCCESS"}""", await delivery.DefaultTimeout());
        AssertPublished(Assert.Single(_sidecar.Calls.Items), body, topic, id, detail);
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task Deliver_TheSidecarDoesNotTakeTheResult_IsOfferedUntilItDoesAndScoredOnce(
        string body, string topic, string id, string detail)
    {
        RefuseAll();

        var delivery = DeliverAsync(body);
        await _sidecar.Calls.WhenCount(4).DefaultTimeout(); // one more than the attempts of one publish
        Assert.False(delivery.IsCompleted);
        _sidecar.AnswerAlways(204, "");

        Assert.Equal("""{"status":"SUCCESS"}""", await delivery.DefaultTimeout());
        Assert.All(_sidecar.Calls.Items, call => AssertPublished(call, body, topic, id, detail));
        Assert.Single(_sidecar.Calls.Items.Select(call => EventOf(call).GetProperty("id").GetString()).Distinct());
        Assert.Equal(topic == Topics.Scored ? 2 : 1, _model.Encoded.Items.Count); // with the control post
    }

    [Theory]
    [InlineData("good morning")]
    [InlineData(Post)]
    public async Task Deliver_TheSidecarDoesNotTakeTheResult_IsToComeAgain(string body)
    {
        var time = new ManualTimeProvider();
        await _app.DisposeAsync();
        await StartAsync(time, publishAttempts: 1);
        RefuseAll();

        var delivery = DeliverAsync(body);
        await _sidecar.Calls.WhenCount(1).DefaultTimeout();
        time.Advance(TimeSpan.FromSeconds(14));
        using (await _http.GetAsync(new Uri("/healthz", UriKind.Relative)).DefaultTimeout())
        {
            Assert.False(delivery.IsCompleted);
        }

        time.Advance(TimeSpan.FromSeconds(1)); // Still well before the 20 s after which the broker would deliver it beside this.
        Assert.Equal("""{"status":"RETRY"}""", await delivery.DefaultTimeout());

        // When it comes again and the broker is back, it ends under the same id.
        var refused = EventOf(_sidecar.Calls.Items[0]).GetProperty("id").GetString();
        _sidecar.AnswerAlways(204, "");
        Assert.Equal("""{"status":"SUCCESS"}""", await DeliverAsync(body).DefaultTimeout());
        Assert.Equal(refused, EventOf(_sidecar.Calls.Items[^1]).GetProperty("id").GetString());
    }

    [Fact]
    public async Task Stop_TheSidecarDoesNotTakeTheResult_IsToComeAgainAtOnce()
    {
        RefuseAll();
        var delivery = DeliverAsync(Post);
        await _sidecar.Calls.WhenCount(4).DefaultTimeout();

        await _app.StopAsync().DefaultTimeout();

        Assert.Equal("""{"status":"RETRY"}""", await delivery.DefaultTimeout());
    }

    private void RefuseAll() =>
        _sidecar.AnswerAlways(500, """{"errorCode":"ERR_PUBSUB_PUBLISH_MESSAGE","message":"no broker"}""");

    private static void AssertPublished(SeenCall call, string body, string topic, string id, string detail)
    {
        Assert.Equal(("POST", $"/v1.0/publish/bulk/messages/{topic}"), (call.Method, call.Target));
        var published = EventOf(call);
        var data = published.GetProperty("data");
        Assert.StartsWith(id, published.GetProperty("id").GetString(), StringComparison.Ordinal);
        if (topic == Topics.Scored)
        {
            Assert.Equal("hi", data.GetProperty("post").GetProperty("text").GetString());
            return;
        }

        Assert.Equal(published.GetProperty("id").GetString(), data.GetProperty("id").GetString());
        Assert.Equal("malformed", data.GetProperty("reason").GetString());
        Assert.StartsWith(detail, data.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(body, Encoding.UTF8.GetString(data.GetProperty("raw").GetBytesFromBase64()));
    }

    private static JsonElement EventOf(SeenCall call)
    {
        using var json = JsonDocument.Parse(call.Body);
        return Assert.Single(json.RootElement.EnumerateArray()).GetProperty("event").Clone();
    }

    private async Task<string> DeliverAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/cloudevents+json");
        using var answer = await _http.PostAsync(new Uri("/events/tweets.raw", UriKind.Relative), content);
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
