using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Moodstream.Sidecar;

/// <summary>Stops the start where no sidecar can be addressed, by option or by environment.</summary>
internal sealed class SidecarAddressValidator(IConfiguration configuration) : IValidateOptions<SidecarOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, SidecarOptions options)
    {
        string?[] failures =
        [
            Failure(() => SidecarEnvironment.HttpAddress(configuration, options.HttpEndpoint)),
            Failure(() => SidecarEnvironment.GrpcAddress(configuration, options.GrpcEndpoint)),
        ];
        return failures.OfType<string>().ToArray() is { Length: > 0 } found
            ? ValidateOptionsResult.Fail(found)
            : ValidateOptionsResult.Success;
    }

    private static string? Failure(Func<Uri> read)
    {
        try
        {
            _ = read();
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }
}
