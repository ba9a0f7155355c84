namespace Moodstream.TensorFlowServing.Client;

/// <summary>Where a server is, and how long to wait for it.</summary>
public sealed record TensorFlowServingClientOptions
{
    /// <summary>
    /// Address of the gRPC port, <c>http</c> (HTTP/2 without TLS) or <c>https</c>; a Dapr sidecar's where
    /// <see cref="AppId"/> is set.
    /// </summary>
    public required Uri Address { get; init; }

    /// <summary>Longest that a call may take, connecting included.</summary>
    /// <value>Default: 10 s.</value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// App that a Dapr sidecar passes the calls on to, sent as <c>dapr-app-id</c>; null when there is no sidecar
    /// between.
    /// </summary>
    /// <value>Default: null.</value>
    public string? AppId { get; init; }

    /// <summary>Token that the sidecar asks for, sent as <c>dapr-api-token</c>; null sends none.</summary>
    /// <value>Default: null.</value>
    public string? ApiToken { get; init; }

    /// <summary>The clock of the deadline.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
