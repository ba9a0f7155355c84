using System.ComponentModel.DataAnnotations;

namespace Moodstream.Sidecar;

/// <summary>How the building blocks use a Dapr sidecar.</summary>
/// <remarks>
/// Addresses left out come from the environment, by the convention of Dapr's own SDKs (Dapr's contract, 2.12):
/// <c>DAPR_HTTP_ENDPOINT</c> and <c>DAPR_GRPC_ENDPOINT</c> (whole addresses), else <c>DAPR_HTTP_PORT</c> and
/// <c>DAPR_GRPC_PORT</c> on 127.0.0.1, else the ports 3500 and 50001. Secrets come from there only:
/// <c>DAPR_API_TOKEN</c> is sent to the sidecar, <c>APP_API_TOKEN</c> is asked of it.
/// </remarks>
public sealed record SidecarOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Moodstream:Sidecar";

    /// <summary>The sidecar's HTTP API, such as <c>http://127.0.0.1:3500</c>; null: from the environment.</summary>
    /// <value>Default: null.</value>
    public Uri? HttpEndpoint { get; init; }

    /// <summary>The sidecar's gRPC API, such as <c>http://127.0.0.1:50001</c>; null: from the environment.</summary>
    /// <value>Default: null.</value>
    public Uri? GrpcEndpoint { get; init; }

    /// <summary>
    /// App id, the <c>source</c> of published events; null: <c>APP_ID</c> of the environment, which <c>dapr run</c>
    /// sets, else the app of the subscriptions.
    /// </summary>
    /// <value>Default: null.</value>
    public string? AppId { get; init; }

    /// <summary>Name of the pub/sub component.</summary>
    /// <value>Default: <c>messages</c>.</value>
    [Required]
    public string PubSub { get; init; } = "messages";

    /// <summary>Name of the state store component.</summary>
    /// <value>Default: <c>state</c>.</value>
    [Required]
    public string StateStore { get; init; } = "state";

    /// <summary>
    /// Longest that the first calls wait for a sidecar that does not take any yet; then they are made, and fail.
    /// </summary>
    /// <value>Default: 30 s. 0 to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Most events in one call of the sidecar. A list of failures comes back as a response header of about 118 bytes
    /// an event (Dapr's contract, 1.3; <c>03-publish-bulk.json</c>).
    /// </summary>
    /// <value>Default: 400. 1 to 1000.</value>
    [Range(1, 1000)]
    public int MaxPublishEvents { get; init; } = 400;

    /// <summary>
    /// Most bytes in one call of the sidecar; an event that alone is larger is refused here. At most the sidecar's
    /// <c>--max-body-size</c>, which is 4 MiB unless told otherwise.
    /// </summary>
    /// <value>Default: 4 MiB. 1 KiB to 64 MiB.</value>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxPublishBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>Calls of the sidecar that a publish makes before it reports what was not taken.</summary>
    /// <value>Default: 3. 1 to 20.</value>
    [Range(1, 20)]
    public int PublishAttempts { get; init; } = 3;

    /// <summary>Pause before a publish is tried again, doubled each time.</summary>
    /// <value>Default: 100 ms. 1 ms to 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan PublishPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Longest that the attempts of one call may take together; below <see cref="AnswerLimit"/>, so that a handler hears
    /// of it in time to answer. While Redis is away the sidecar's own outbound retry goes on for longer (components/resiliency.yaml:
    /// 20 tries 500 ms apart, each with its own wait for a connection): the events are then reported as not taken, although
    /// they may yet be, and whoever publishes them again does so under the same ids (docs/decisions/0014-dapr.md).
    /// </summary>
    /// <value>Default: 12 s. 0.1 s to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>Longest that a call of the state store may take.</summary>
    /// <value>Default: 5 s. 0.1 s to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan StateTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest that a call of an actor may take whose type another app hosts; of an own type, its registration says.
    /// </summary>
    /// <value>Default: 5 s. 0.1 s to 1 minute.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ActorTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest that a delivery stays unanswered; it is then answered with RETRY and its handler's token is cancelled.
    /// Well below the component's <c>processingTimeout</c>, after which the broker delivers the event a second time
    /// beside the first (Dapr's contract, 3.4; <c>04e-slow-handler.json</c>).
    /// </summary>
    /// <value>Default: 15 s, for a processingTimeout of 20 s. 0.1 s to 1 hour.</value>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long topics keep events, the component's <c>streamTTL</c>: a sink that was away for longer says that it missed some.
    /// </summary>
    /// <value>Default: 24 h. 1 minute to 365 days.</value>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Longest wait at shutdown for handlers; then their tokens are cancelled and RETRY is answered.</summary>
    /// <value>Default: 5 s. 0 to 10 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Most bytes of a delivery that are kept. Of a larger event the first 64 KiB are handed on as an event that
    /// cannot be read; of a larger batch the events that fit, and the sidecar sends the others again.
    /// </summary>
    /// <value>Default: 32 MiB. 64 KiB to 1 GiB.</value>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaxDeliveryBytes { get; init; } = 32 * 1024 * 1024;
}
