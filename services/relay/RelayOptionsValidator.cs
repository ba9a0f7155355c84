using Microsoft.Extensions.Options;
using Moodstream.Redis;

namespace Moodstream.Relay;

/// <summary>Holds <see cref="RelayOptions"/> to their documented ranges.</summary>
[OptionsValidator]
internal sealed partial class RelayOptionsValidator : IValidateOptions<RelayOptions>;

/// <summary>Holds the address to one that can be called, and the certificates to a file that is there.</summary>
internal sealed class RelayOptionsRules : IValidateOptions<RelayOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, RelayOptions options)
    {
        var failures = new List<string>();
        if (!RedisAddress.TryParse(options.Redis, out var address))
        {
            // The value is not repeated: it may hold a password.
            failures.Add($"{nameof(options.Redis)}: expected {RedisAddress.Form}.");
        }

        if (options.TrustedCertificates is { } file)
        {
            if (!File.Exists(file))
            {
                failures.Add($"{nameof(options.TrustedCertificates)}: expected a PEM file, found no file {file}.");
            }

            if (address is { UseTls: false })
            {
                failures.Add($"{nameof(options.TrustedCertificates)}: expected a rediss:// address beside it.");
            }
        }

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }
}
