using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Moodstream.Sidecar;

/// <summary>
/// What Dapr puts into the environment of an app (Dapr's contract, 2.12), read through the configuration so that a
/// test or a file may set it too.
/// </summary>
public static class SidecarEnvironment
{
    /// <summary>The sidecar's HTTP API as a whole address; beats the port.</summary>
    public const string HttpEndpointKey = "DAPR_HTTP_ENDPOINT";

    /// <summary>Port of the sidecar's HTTP API on this machine; set by <c>dapr run</c> and by the injector.</summary>
    public const string HttpPortKey = "DAPR_HTTP_PORT";

    /// <summary>The sidecar's gRPC API as a whole address; beats the port.</summary>
    public const string GrpcEndpointKey = "DAPR_GRPC_ENDPOINT";

    /// <summary>Port of the sidecar's gRPC API on this machine.</summary>
    public const string GrpcPortKey = "DAPR_GRPC_PORT";

    /// <summary>Secret that the sidecar asks of its callers.</summary>
    public const string ApiTokenKey = "DAPR_API_TOKEN";

    /// <summary>Secret that the sidecar sends to the app.</summary>
    public const string AppTokenKey = "APP_API_TOKEN";

    /// <summary>The app's id, set by <c>dapr run</c>.</summary>
    public const string AppIdKey = "APP_ID";

    private const int DefaultHttpPort = 3500;
    private const int DefaultGrpcPort = 50001;

    /// <summary>Whether a sidecar was started for this program.</summary>
    /// <param name="configuration">The program's configuration.</param>
    public static bool HasSidecar(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration[HttpEndpointKey]) || !string.IsNullOrEmpty(configuration[HttpPortKey]);

    /// <summary>Address of the sidecar's HTTP API.</summary>
    /// <param name="configuration">The program's configuration.</param>
    /// <param name="configured">What the options say; beats the environment.</param>
    /// <exception cref="FormatException">The environment holds no address or port; says which variable.</exception>
    public static Uri HttpAddress(IConfiguration configuration, Uri? configured = null) =>
        Address(configuration, nameof(SidecarOptions.HttpEndpoint), configured, HttpEndpointKey, HttpPortKey, DefaultHttpPort);

    /// <summary>Address of the sidecar's gRPC API, HTTP/2 without TLS unless it says https.</summary>
    /// <param name="configuration">The program's configuration.</param>
    /// <param name="configured">What the options say; beats the environment.</param>
    /// <exception cref="FormatException">The environment holds no address or port; says which variable.</exception>
    public static Uri GrpcAddress(IConfiguration configuration, Uri? configured = null) =>
        Address(configuration, nameof(SidecarOptions.GrpcEndpoint), configured, GrpcEndpointKey, GrpcPortKey, DefaultGrpcPort);

    private static Uri Address(
        IConfiguration configuration, string option, Uri? configured, string endpointKey, string portKey, int defaultPort)
    {
        if (configured is not null)
        {
            return IsAddress(configured) ? configured : throw NoAddress(option, configured.ToString());
        }

        if (configuration[endpointKey] is { Length: > 0 } endpoint)
        {
            return Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && IsAddress(address)
                ? address
                : throw NoAddress(endpointKey, endpoint);
        }

        return configuration[portKey] is { Length: > 0 } port
            ? Local(IsPort(port, out var number)
                ? number
                : throw new FormatException($"{portKey}: expected a port, 1 to 65535, got '{port}'"))
            : Local(defaultPort);
    }

    private static bool IsPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;

    // Not localhost: a sidecar that listens on 127.0.0.1 alone is found without a detour over ::1.
    private static Uri Local(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    private static bool IsAddress(Uri address) =>
        address is { IsAbsoluteUri: true, Scheme: "http" or "https", PathAndQuery: "/", UserInfo: "", Fragment: "" };

    private static FormatException NoAddress(string what, string came) =>
        new($"{what}: expected http://HOST:PORT or https://HOST:PORT, got '{came}'");
}
