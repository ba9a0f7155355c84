using Microsoft.Extensions.Options;
using Moodstream.Sidecar;

namespace Moodstream.Classifier;

/// <summary>Holds <see cref="ClassifierOptions.ModelEndpoint"/> to an address that can be called.</summary>
/// <param name="configuration">Says whether there is a sidecar; null: there is none.</param>
internal sealed class ModelEndpointValidator(IConfiguration? configuration = null) : IValidateOptions<ClassifierOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ClassifierOptions options) => options switch
    {
        { ModelEndpoint: { } endpoint } when !IsAddress(endpoint) => ValidateOptionsResult.Fail(
            $"{nameof(options.ModelEndpoint)}: expected http://HOST:PORT or https://HOST:PORT, got '{endpoint}'."),
        { ModelEndpoint: null, ModelAppId: not null } when !HasSidecar => ValidateOptionsResult.Fail(
            $"{nameof(options.ModelAppId)}: expected {nameof(options.ModelEndpoint)} beside it, the sidecar's address, "
            + $"or {SidecarEnvironment.GrpcPortKey} in the environment."),
        _ => ValidateOptionsResult.Success,
    };

    private bool HasSidecar => configuration is not null
        && (!string.IsNullOrEmpty(configuration[SidecarEnvironment.GrpcPortKey])
            || !string.IsNullOrEmpty(configuration[SidecarEnvironment.GrpcEndpointKey]));

    /// <summary>Whether a server can be called there.</summary>
    public static bool IsAddress(Uri endpoint) =>
        endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https", PathAndQuery: "/", UserInfo: "", Fragment: "" };
}
