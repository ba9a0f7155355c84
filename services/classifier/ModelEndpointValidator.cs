using Microsoft.Extensions.Options;

namespace Moodstream.Classifier;

/// <summary>Holds <see cref="ClassifierOptions.ModelEndpoint"/> to an address that can be called.</summary>
internal sealed class ModelEndpointValidator : IValidateOptions<ClassifierOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ClassifierOptions options) => options switch
    {
        { ModelEndpoint: { } endpoint } when !IsAddress(endpoint) => ValidateOptionsResult.Fail(
            $"{nameof(options.ModelEndpoint)}: expected http://HOST:PORT or https://HOST:PORT, got '{endpoint}'."),
        { ModelEndpoint: null, ModelAppId: not null } => ValidateOptionsResult.Fail(
            $"{nameof(options.ModelAppId)}: expected {nameof(options.ModelEndpoint)} beside it, "
            + "the sidecar's address."),
        _ => ValidateOptionsResult.Success,
    };

    /// <summary>Whether a server can be called there.</summary>
    public static bool IsAddress(Uri endpoint) =>
        endpoint is { IsAbsoluteUri: true, Scheme: "http" or "https", PathAndQuery: "/", UserInfo: "", Fragment: "" };
}
